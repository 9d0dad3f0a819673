import Posture

extension DatagramProbe {
  /// Asks a resolver for its version, `version.bind` in class CHAOS (RFC 4892); any answer is DNS.
  static let dns = DatagramProbe("dns", port: 53) { _ in
    [0x4b, 0x64, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7] + Array("version".utf8) + [4] + Array("bind".utf8)
      + [0, 0, 16, 0, 3]
  } read: { bytes in
    guard bytes.count >= 12, bytes[0] == 0x4b, bytes[1] == 0x64, bytes[2] & 0x80 != 0 else { return .no }
    return .identified(Identification(.dns))
  }
}
