import Posture

extension DatagramProbe {
  /// Asks a resolver for its version, `version.bind` in class CHAOS (RFC 4892); any answer is DNS.
  static let dns = DatagramProbe("dns", port: 53) { _ in
    DNSVersion.query
  } read: {
    DNSVersion.read($0)
  }

  /// Asks for the names of a Windows or Samba host, NBSTAT of `*` (RFC 1002, sections 4.2.17 and 4.2.18).
  static let nbns = DatagramProbe("nbns", port: 137) { _ in
    let name = [0x2a] + [UInt8](repeating: 0, count: 15)
    return NodeStatus.identifier + [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 32]
      + name.flatMap { [0x41 + ($0 >> 4), 0x41 + ($0 & 15)] } + [0, 0, 0x21, 0, 1]
  } read: {
    NodeStatus.read($0)
  }
}

/// Writes and reads the question for a resolver's version.
enum DNSVersion {
  private static let identifier: [UInt8] = [0x4b, 0x64]

  static let query: [UInt8] =
    identifier + [1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + DNSMessage.encoded("version.bind") + [0, 16, 0, 3]

  static func read(_ bytes: [UInt8]) -> Reading {
    guard bytes.starts(with: identifier), let message = DNSMessage(bytes), message.isResponse,
      message.flags & 0x7800 == 0
    else { return .no }
    var found = Identification(.dns)
    // RA: the server would also resolve names for us (RFC 1035, section 4.1.1).
    if message.flags & 0x80 != 0 { found.facts[.type] = "recursive" }
    guard let text = message.records.first(where: { $0.type == 16 })?.data, let length = text.first else {
      return .identified(found)
    }
    let version = Text.clean(text.dropFirst().prefix(Int(length)))
    found.facts[.banner] = version
    (found.product, found.version) = split(version)
    return .identified(found)
  }

  /// Splits `dnsmasq-2.90`, `unbound 1.17.1` and a bare `9.18.24-1-Debian`, which is how BIND gives it.
  private static func split(_ text: String) -> (String?, String?) {
    if text.first?.isNumber == true { return (nil, text) }
    guard let dash = text.firstIndex(where: { $0 == "-" || $0 == " " }) else { return (nil, nil) }
    let version = text[text.index(after: dash)...]
    return version.first?.isNumber == true ? (String(text[..<dash]), String(version)) : (nil, nil)
  }
}

/// Reads the table of names of a NetBIOS host.
enum NodeStatus {
  static let identifier: [UInt8] = [0x4b, 0x6e]

  static func read(_ bytes: [UInt8]) -> Reading {
    guard bytes.starts(with: identifier), bytes.count >= 57, bytes[2] & 0x80 != 0 else { return .no }
    // The question is not repeated: header, the name of 34 octets, NBSTAT, IN, time, length, count.
    var cursor = ByteCursor(bytes[12...])
    guard cursor.skip(34) != nil, cursor.big16() == 0x21, cursor.skip(8) != nil, let count = cursor.u8()
    else {
      return .no
    }
    var found = Identification(.nbns)
    var kinds: [String] = []
    for _ in 0..<min(count, 32) {
      guard let name = cursor.take(15), let kind = cursor.u8(), let flags = cursor.big16() else { break }
      let text = Text.clean(name)
      let isGroup = flags & 0x8000 != 0
      // Kind 0 is the host's own name or, of a group, its domain; 0x20 serves files (section 5.4 of [MS-NBTE]).
      if kind == 0, !isGroup, found.facts[.name] == nil { found.facts[.name] = text }
      if kind == 0x20 { kinds.append("file server") }
      if kind == 0x1b || kind == 0x1c { kinds.append("domain controller") }
    }
    if !kinds.isEmpty { found.facts[.type] = kinds.joined(separator: ", ") }
    return .identified(found)
  }
}
