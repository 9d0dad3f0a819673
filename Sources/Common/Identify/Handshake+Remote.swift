import Posture

extension Handshake {
  /// Sends an X.224 connection request with the protocols TLS and CredSSP, and reads the confirmation
  /// ([MS-RDPBCGR], sections 2.2.1.1 and 2.2.1.2).
  static let rdp = Handshake("rdp", ports: [3389]) { _ in
    // TPKT of 19 bytes; COTP of 14: CR, no references, class 0; RDP_NEG_REQ with TLS | CredSSP.
    [3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0]
  } read: { bytes, ended in
    guard bytes.starts(with: [3, 0].prefix(bytes.count)) else { return .no }
    guard bytes.count >= 11 else { return ended ? .no : .more }
    // A confirmation (0xd0) with a negotiation response (2) or failure (3), eight bytes long.
    guard bytes[5] == 0xd0 else { return .no }
    guard bytes.count >= 19 else { return ended ? .no : .more }
    guard bytes[11] == 2 || bytes[11] == 3, bytes[13] == 8, bytes[14] == 0 else { return .no }
    return .identified(Identification(.rdp))
  }

  /// Opens a connection without authorisation; the server accepts, refuses with a reason or asks for more
  /// (X Window System Protocol, section 8 and Appendix B).
  static let x11 = Handshake("x11", ports: [6000, 6001, 6002]) { _ in
    [0x6c, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  } read: { bytes, ended in
    guard let status = bytes.first, status <= 2 else { return bytes.isEmpty && !ended ? .more : .no }
    guard bytes.count >= 8 else { return ended ? .no : .more }
    var cursor = ByteCursor(bytes.dropFirst())
    guard let reasonLength = cursor.u8(), let major = cursor.little16(), let minor = cursor.little16(),
      let words = cursor.little16(), major == 11, minor == 0
    else { return .no }
    guard bytes.count >= min(8 + words * 4, 64) else { return ended ? .no : .more }
    var found = Identification(.x11, version: "11.0", facts: [.anonymous: status == 1 ? "open" : "refused"])
    if status == 0 { found.facts[.banner] = cursor.take(Int(reasonLength)).map(Text.clean) }
    if status == 1, cursor.skip(16) != nil, let length = cursor.little16(), cursor.skip(14) != nil {
      found.facts[.vendor] = cursor.take(length).map(Text.clean)
    }
    return .identified(found)
  }

  /// Sends CNXN, which a device answers with its own, or with AUTH or STLS when it wants to know us (Android,
  /// packages/modules/adb, protocol.txt).
  ///
  /// Nothing is confirmed on its screen for this.
  static let adb = Handshake("adb", ports: [5555]) { _ in
    adbMessage("CNXN", 0x0100_0000, 4096, [UInt8](ascii: "host::\0"))
  } read: { bytes, ended in
    let commands = ["CNXN", "AUTH", "STLS"].map { Array($0.utf8) }
    guard commands.contains(where: { bytes.starts(with: $0.prefix(bytes.count)) }) else { return .no }
    guard bytes.count >= 24 else { return ended ? .no : .more }
    // The last word of the header is the complement of the first.
    guard zip(bytes[0..<4], bytes[20..<24]).allSatisfy({ $0 == ~$1 }) else { return .no }
    guard bytes[0] == 0x43 else { return .identified(Identification(.adb, facts: [.anonymous: "refused"])) }
    var cursor = ByteCursor(bytes[12...])
    let length = cursor.little32() ?? 0
    guard bytes.count >= 24 + min(length, 4096) || ended else { return .more }
    return .identified(Identification(adbBanner: bytes[24...].prefix(length)))
  }

  private static func adbMessage(_ command: StaticString, _ first: UInt32, _ second: UInt32, _ data: [UInt8])
    -> [UInt8]
  {
    let name = [UInt8](ascii: command)
    let sum = data.reduce(UInt32(0)) { $0 &+ UInt32($1) }
    return name + first.littleOctets + second.littleOctets + UInt32(data.count).littleOctets
      + sum.littleOctets
      + name.map { ~$0 } + data
  }
}

extension Identification {
  /// Reads `device::ro.product.name=…;ro.product.model=…;` of a device that let us in.
  fileprivate init(adbBanner bytes: some Sequence<UInt8>) {
    let banner = String(decoding: Array(bytes.prefix(1024)), as: UTF8.self)
    self.init(.adb, facts: [.banner: banner, .anonymous: "open"])
    for property in banner.split(whereSeparator: { ";:\0".contains($0) }) {
      let parts = property.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      if parts[0] == "ro.product.model" { facts[.product] = String(parts[1]) }
      if parts[0] == "ro.product.name" { facts[.name] = String(parts[1]) }
    }
  }
}
