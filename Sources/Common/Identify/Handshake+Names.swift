import Posture

extension Handshake {
  /// The question of the UDP probe, in the frame of DNS over TCP (RFC 1035, section 4.2.2).
  static let dns = Handshake("dns", ports: [53]) { _ in
    DNSVersion.query.counted16
  } read: { bytes, ended in
    guard bytes.count >= 14 else { return ended ? .no : .more }
    let length = Int(bytes[0]) << 8 | Int(bytes[1])
    if bytes.count < 2 + length, !ended { return .more }
    return DNSVersion.read(Array(bytes[2...].prefix(length)))
  }
}
