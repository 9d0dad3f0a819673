/// Asks for the shares of a file server by remote call, and reads the list ([MS-SRVS], section 3.1.4.8; C706,
/// chapters 12 and 14).
enum ShareList {
  /// The name of the pipe that is called through.
  static let pipe = "srvsvc"
  /// The largest answer that is asked for, in octets: room for some fifty shares.
  static let answerLimit: UInt16 = 4280
  /// How many shares of one list are read.
  static let limit = 256
  /// The longest name of a share that is read, in units of UTF-16 ([MS-SRVS], section 2.2.4.23).
  static let nameLimit = 80

  /// Binds to the interface `srvsvc` 3.0, with the numbers encoded by NDR 2.0.
  static let bind: [UInt8] = {
    let interface: [UInt8] = [
      0xc8, 0x4f, 0x32, 0x4b, 0x70, 0x16, 0xd3, 0x01, 0x12, 0x78, 0x5a, 0x47, 0xbf, 0x6e, 0xe1, 0x88, 3, 0, 0,
      0,
    ]
    let encoding: [UInt8] = [
      0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60, 2, 0, 0,
      0,
    ]
    // Fragments of this size, no group yet; one context, number 0, with one encoding.
    let sizes = answerLimit.littleOctets + answerLimit.littleOctets + [0, 0, 0, 0]
    return packet(11, sizes + [1, 0, 0, 0, 0, 0, 1, 0] + interface + encoding)
  }()

  /// NetrShareEnum of this server, level 1: names, types and comments, from the first on.
  static let request: [UInt8] = {
    let nowhere: [UInt8] = [0, 0, 0, 0]
    let pointer: [UInt8] = [0, 0, 2, 0]
    let level = UInt32(1).littleOctets
    // No server's name; an empty list to be filled, of any length; where to go on.
    let call =
      nowhere + level + level + pointer + nowhere + nowhere + [0xff, 0xff, 0xff, 0xff] + pointer + nowhere
    return packet(0, UInt32(call.count).littleOctets + [0, 0, 15, 0] + call)
  }()

  /// A packet in one fragment, little-endian, of the first call.
  private static func packet(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
    [5, 0, type, 3, 0x10, 0, 0, 0] + UInt16(body.count + 16).littleOctets + [0, 0, 1, 0, 0, 0] + body
  }

  /// Whether an answer lets us call: `bind_ack`.
  static func isBound(_ packet: [UInt8]) -> Bool { packet.starts(with: [5, 0, 12]) }

  /// The names of the shares of files that are no administrator's, as far as they came in the first fragment.
  ///
  /// Empty for a refusal; `nil` for what is no answer.
  static func names(in packet: [UInt8]) -> [[UInt16]]? {
    // `fault`, the refusal of the call itself.
    if packet.starts(with: [5, 0, 3]) { return [] }
    var cursor = ByteCursor(packet)
    guard cursor.take(3) == [5, 0, 2], cursor.skip(1) != nil, cursor.take(1) == [0x10],
      cursor.skip(19) != nil,
      cursor.little32() == 1, cursor.little32() == 1, let list = cursor.little32()
    else { return nil }
    guard list != 0, let count = cursor.little32(), let array = cursor.little32(), array != 0, count != 0
    else {
      return []
    }
    guard count <= limit, cursor.skip(4) != nil else { return nil }
    var entries: [(isFiles: Bool, hasName: Bool, hasComment: Bool)] = []
    for _ in 0..<count {
      guard let name = cursor.little32(), let type = cursor.little(4), let comment = cursor.little32() else {
        return nil
      }
      // A tree of folders, and not one of the administrator's, which has the highest bit ([MS-SRVS], section 2.2.2.4).
      entries.append((type & 0x8000_ffff == 0, name != 0, comment != 0))
    }
    var names: [[UInt16]] = []
    for entry in entries {
      let name = entry.hasName ? cursor.text() : []
      guard let name, !entry.hasComment || cursor.text() != nil else { break }
      // A dollar sign ends the names that are not to be shown.
      if entry.isFiles, (1...nameLimit).contains(name.count), name.last != 0x24 { names.append(name) }
    }
    return names
  }
}

extension ByteCursor {
  /// A conformant and varying string of UTF-16 without its end, and what pads it to four octets (C706, section
  /// 14.3.4.2).
  fileprivate mutating func text() -> [UInt16]? {
    guard skip(8) != nil, let count = little32(), count <= 4096, let octets = take(count * 2),
      skip(count % 2 * 2) != nil
    else { return nil }
    let units = stride(from: 0, to: octets.count, by: 2).map {
      UInt16(octets[$0]) | UInt16(octets[$0 + 1]) << 8
    }
    return Array(units.prefix { $0 != 0 })
  }
}
