import Posture

extension Handshake {
  /// Connects on the transport layer, sets communication up and reads the two identification lists of a
  /// controller, each a read-only request that its own engineering software makes first.
  ///
  /// ISO transport over TCP is shared with other protocols (RFC 1006); the name comes from the set-up.
  static let s7comm = Handshake("s7comm", ports: [102], next: { _ in .s7Setup }) { _ in
    // Connection request, class 0, TPDU size 1024, from TSAP 01.00 to rack 0 slot 2 (RFC 905, section 13.3).
    S7.framed([0xe0, 0, 0, 0, 1, 0, 0xc0, 1, 0x0a, 0xc1, 2, 1, 0, 0xc2, 2, 1, 2])
  } read: { bytes, ended in
    guard bytes.starts(with: [3, 0].prefix(bytes.count)) else { return .no }
    guard bytes.count >= 7 else { return ended ? .no : .more }
    return bytes[5] == 0xd0 ? .identified(Identification(.unknown)) : .no
  }

  /// Sets up communication: function 0xf0, one job each way, PDU length 480.
  fileprivate static let s7Setup = Handshake("s7comm.setup", next: { _ in .s7Module }) { _ in
    S7.data(kind: 1, sequence: 1, parameters: [0xf0, 0, 0, 1, 0, 1, 1, 0xe0], data: [])
  } read: { bytes, ended in
    guard let answer = S7.answer(bytes, ended: ended) else { return ended ? .no : .more }
    // Kind 3 acknowledges with data; the function comes back.
    guard answer.kind == 3, answer.sequence == 1, answer.parameters.first == 0xf0 else { return .no }
    return .identified(Identification(.s7comm))
  }

  /// Reads list 0x0011, module identification.
  fileprivate static let s7Module = Handshake("s7comm.module", next: { _ in .s7Component }) { _ in
    S7.readList(0x0011, sequence: 2)
  } read: { bytes, ended in
    guard let answer = S7.answer(bytes, ended: ended) else { return ended ? .no : .more }
    return S7.records(answer).map { .identified(Identification(moduleRecords: $0)) } ?? .no
  }

  /// Reads list 0x001C, component identification.
  fileprivate static let s7Component = Handshake("s7comm.component") { _ in
    S7.readList(0x001c, sequence: 3)
  } read: { bytes, ended in
    guard let answer = S7.answer(bytes, ended: ended) else { return ended ? .no : .more }
    return S7.records(answer).map { .identified(Identification(componentRecords: $0)) } ?? .no
  }
}

/// Writes and reads the messages of S7 communication that identify a controller.
///
/// The layout is that of the open library Snap7 (s7_types.h) and of Siemens "System Software for
/// S7-300/400, System and Standard Functions", chapter "System status lists".
enum S7 {
  /// TPKT version 3 (RFC 1006, section 6), then a transport unit with its own length.
  static func framed(_ unit: [UInt8]) -> [UInt8] {
    [3, 0] + UInt16(unit.count + 5).octets + [UInt8(truncatingIfNeeded: unit.count)] + unit
  }

  static func data(kind: UInt8, sequence: UInt16, parameters: [UInt8], data: [UInt8]) -> [UInt8] {
    let message =
      [0x32, kind, 0, 0] + sequence.octets + UInt16(parameters.count).octets + UInt16(data.count).octets
      + parameters + data
    // A data unit, DT with end-of-transmission (RFC 905, section 13.7): its header is two octets long.
    return [3, 0] + UInt16(message.count + 7).octets + [2, 0xf0, 0x80] + message
  }

  /// User data, function group 4 (CPU), subfunction 1: read a system status list, all of it.
  static func readList(_ list: UInt16, sequence: UInt16) -> [UInt8] {
    data(
      kind: 7, sequence: sequence, parameters: [0, 1, 0x12, 4, 0x11, 0x44, 1, 0],
      data: [0xff, 9, 0, 4] + list.octets + [0, 0])
  }

  struct Answer {
    let kind: UInt8
    let sequence: Int
    let parameters: [UInt8]
    let data: [UInt8]
  }

  /// The message in a data unit, once all of it is here.
  static func answer(_ bytes: [UInt8], ended: Bool) -> Answer? {
    var cursor = ByteCursor(bytes)
    guard cursor.big16() == 0x0300, let length = cursor.big16(), length >= 7,
      let unit = ByteCursor(bytes.dropFirst(4)).optionalPrefix(length - 4)
    else { return nil }
    cursor = ByteCursor(unit)
    guard cursor.take(3) == [2, 0xf0, 0x80], cursor.u8() == 0x32, let kind = cursor.u8(),
      cursor.skip(2) != nil, let sequence = cursor.big16(), let parameterLength = cursor.big16(),
      let dataLength = cursor.big16()
    else { return nil }
    // Acknowledgements carry an error class and code as well.
    if kind == 2 || kind == 3 { guard cursor.skip(2) != nil else { return nil } }
    guard let parameters = cursor.take(parameterLength), let data = cursor.take(dataLength) else {
      return nil
    }
    return Answer(kind: kind, sequence: sequence, parameters: parameters, data: data)
  }

  /// The records of a list, each with its index: return code 0xff, then list, index, size and count.
  static func records(_ answer: Answer) -> [(index: Int, content: [UInt8])]? {
    var cursor = ByteCursor(answer.data)
    guard answer.kind == 7, cursor.u8() == 0xff, cursor.skip(3) != nil, cursor.skip(4) != nil,
      let size = cursor.big16(), let count = cursor.big16(), size >= 3, size <= 256
    else { return nil }
    var records: [(index: Int, content: [UInt8])] = []
    while records.count < min(count, 32), let record = cursor.take(size) {
      records.append((Int(record[0]) << 8 | Int(record[1]), Array(record.dropFirst(2))))
    }
    return records
  }
}

extension ByteCursor {
  /// The next `count` bytes, or `nil` when they are not all here.
  func optionalPrefix(_ count: Int) -> [UInt8]? {
    var copy = self
    return copy.take(count)
  }
}

extension Identification {
  /// Index 1 is the module with its order number, 6 and 7 hardware and firmware; their version is in
  /// the last two words.
  fileprivate init(moduleRecords records: [(index: Int, content: [UInt8])]) {
    self.init(.s7comm, facts: [.vendor: "Siemens"])
    for (index, content) in records where content.count >= 20 {
      if index == 1 { facts[.product] = Text.clean(content.prefix(20)) }
      if index == 7, content.count >= 26, content[22] == 0x56 {
        facts[.revision] = "\(content[23]).\(content[24]).\(content[25])"
      }
    }
    product = facts[.product]
    version = facts[.revision]
  }

  /// Index 1 is the name of the plant's station, 2 that of the module, 7 the type of the controller.
  fileprivate init(componentRecords records: [(index: Int, content: [UInt8])]) {
    self.init(.s7comm)
    for (index, content) in records {
      let text = Text.clean(content.prefix(24).prefix { $0 != 0 })
      if index == 1 { facts[.name] = text }
      if index == 7 { facts[.type] = text }
    }
  }
}
