import Posture

extension DatagramProbe {
  /// Reads names of the device object by its wildcard instance, 4194303, which means "yours" (ASHRAE 135,
  /// sections 15.7 and 20.1).
  static let bacnet = DatagramProbe("bacnet", port: 47808) { _ in
    BACnet.readNames(of: 4_194_303)
  } read: {
    BACnet.read($0)
  }

  /// Asks Who-Is of one device, for those that do not know the wildcard (section 16.10).
  ///
  /// Some answer by broadcast to port 47808 instead of to us.
  static let bacnetWhoIs = DatagramProbe(
    "bacnet-who-is", port: 47808, answerPort: 47808, next: { BACnet.next($0) }
  ) { _ in
    BACnet.framed([0x10, 0x08])
  } read: {
    BACnet.read($0)
  }
}

/// Writes and reads the few messages of BACnet/IP that identify a device.
enum BACnet {
  private static let invocation: UInt8 = 0x4b
  /// Property identifiers of section 21: object-name, vendor-name, model-name, firmware-revision.
  private static let properties: [(number: UInt8, fact: ServiceFact)] = [
    (77, .name), (121, .vendor), (70, .product), (44, .revision),
  ]

  /// BVLL type 0x81, original unicast, length (annex J.2); NPDU version 1, `control` (section 6.2.2).
  static func framed(_ message: [UInt8], expectsReply: Bool = false) -> [UInt8] {
    [0x81, 0x0a] + UInt16(message.count + 6).octets + [1, expectsReply ? 4 : 0] + message
  }

  static func readNames(of instance: UInt32) -> [UInt8] {
    // Confirmed request, no segments, up to 1476 octets, ReadPropertyMultiple (14); an object of type 8, device.
    let list: [UInt8] = properties.flatMap { [0x09, $0.number] }
    return framed(
      [0x00, 0x05, invocation, 14, 0x0c] + (0x0200_0000 | instance).octets + [0x1e] + list + [0x1f],
      expectsReply: true)
  }

  static func read(_ bytes: [UInt8]) -> Reading {
    guard let message = message(bytes), let kind = message.first else { return .no }
    switch kind >> 4 {
    case 1 where message.count >= 7 && message[1] == 0: return announcement(message)
    // Simple and complex acknowledgement carry the invocation first; error, reject and abort as well.
    case 2, 3, 5, 6, 7:
      guard message.count >= 3, message[1] == invocation else { return .no }
      return .identified(kind >> 4 == 3 ? names(message) : Identification(.bacnet))
    default: return .no
    }
  }

  /// The application layer's message behind the two headers.
  private static func message(_ bytes: [UInt8]) -> [UInt8]? {
    var cursor = ByteCursor(bytes)
    guard cursor.u8() == 0x81, let function = cursor.u8(), let length = cursor.big16(), length == bytes.count
    else {
      return nil
    }
    // Forwarded messages (4) name their origin first.
    if function == 0x04 { guard cursor.skip(6) != nil else { return nil } }
    guard [0x04, 0x0a, 0x0b].contains(function), cursor.u8() == 1, let control = cursor.u8(),
      control & 0x80 == 0
    else { return nil }
    // Destination and source: network, length of the address, address; a hop count for a destination.
    for bit: UInt8 in [0x20, 0x08] where control & bit != 0 {
      guard cursor.skip(2) != nil, let size = cursor.u8(), cursor.skip(Int(size)) != nil else { return nil }
    }
    if control & 0x20 != 0 { guard cursor.skip(1) != nil else { return nil } }
    return Array(cursor.rest)
  }

  /// Asks the device that introduced itself for its names.
  static func next(_ bytes: [UInt8]) -> DatagramProbe? {
    guard let message = message(bytes), let instance = instance(message) else { return nil }
    return DatagramProbe("bacnet.names", port: 47808) { _ in
      readNames(of: instance)
    } read: {
      read($0)
    }
  }

  private static func instance(_ message: [UInt8]) -> UInt32? {
    guard message.count >= 7, message.starts(with: [0x10, 0, 0xc4, 2]) else { return nil }
    return message[3...6].reduce(0) { $0 << 8 | UInt32($1) } & 0x3f_ffff
  }

  /// I-Am: the device's object identifier, three numbers, the last the vendor (section 16.10.2).
  private static func announcement(_ message: [UInt8]) -> Reading {
    guard let instance = instance(message) else { return .no }
    return .identified(Identification(.bacnet, facts: [.type: "device \(instance)"]))
  }

  /// Walks the tagged values of a ReadPropertyMultiple acknowledgement (section 20.2) for our properties.
  private static func names(_ message: [UInt8]) -> Identification {
    var found = Identification(.bacnet)
    var cursor = ByteCursor(message.dropFirst(3))
    var property: UInt8?
    var steps = 0
    while steps < 256, let tag = cursor.u8() {
      steps += 1
      // Opening and closing tags hold no bytes; an extended length follows in the next octets.
      if tag & 0x0f >= 0x0e && tag & 0x08 != 0 { continue }
      var length = Int(tag & 7)
      if length == 5 {
        guard let next = cursor.u8() else { break }
        length = Int(next)
        if next == 254 { guard let long = cursor.big16() else { break }; length = long }
        if next == 255 { break }
      }
      guard let value = cursor.take(length) else { break }
      if tag & 0xf8 == 0x28 { property = value.last }
      // Application tag 7 is a character string: its character set, 0 for UTF-8, then the text.
      guard tag & 0xf8 == 0x70, value.first == 0,
        let known = properties.first(where: { $0.number == property })
      else { continue }
      let text = Text.clean(value.dropFirst())
      if text != "N/A" { found.facts[known.fact] = Text.shown(text) }
    }
    found.product = found.facts[.product]
    found.version = found.facts[.revision]
    return found
  }
}
