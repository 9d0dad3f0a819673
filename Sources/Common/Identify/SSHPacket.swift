/// One packet of the SSH transport before keys are set (RFC 4253, section 6).
struct SSHPacket {
  /// The largest payload that is read: RFC 4253, section 6.1, allows 32,768 bytes.
  static let limit = 32_768

  /// Message numbers (RFC 4253, section 12; RFC 5656, section 7.1).
  static let keyExchangeInit: UInt8 = 20
  static let exchangeInit: UInt8 = 30
  static let exchangeReply: UInt8 = 31

  let payload: ArraySlice<UInt8>

  /// Takes the next whole packet off the front; `nil` while it is not whole, or is none.
  init?(_ bytes: inout ArraySlice<UInt8>) {
    guard bytes.count >= 5 else { return nil }
    let start = bytes.startIndex
    let length = bytes[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) }
    guard (2...Self.limit).contains(length), bytes.count >= 4 + length else { return nil }
    let padding = Int(bytes[start + 4])
    guard padding < length else { return nil }
    payload = bytes[(start + 5)..<(start + 4 + length - padding)]
    bytes = bytes[(start + 4 + length)...]
  }

  /// Frames a payload: at least four bytes of padding, up to a multiple of eight bytes in all.
  static func framed(_ payload: [UInt8]) -> [UInt8] {
    var padding = 8 - (payload.count + 5) % 8
    if padding < 4 { padding += 8 }
    return Self.bytes(of: payload.count + padding + 1) + [UInt8(padding)] + payload
      + [UInt8](repeating: 0, count: padding)
  }

  /// A string with its length before it (RFC 4251, section 5).
  static func string(_ bytes: [UInt8]) -> [UInt8] { Self.bytes(of: bytes.count) + bytes }

  private static func bytes(of count: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
  }

  /// Takes a string off the front.
  static func string(from bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard bytes.count >= 4 else { return nil }
    let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - 4 else { return nil }
    let start = bytes.startIndex + 4
    defer { bytes = bytes[(start + length)...] }
    return bytes[start..<(start + length)]
  }
}

/// The algorithms that an SSH server offers (RFC 4253, section 7.1).
struct SSHOffer: Hashable {
  var keyExchange: [String]
  var hostKey: [String]
  /// From server to client.
  var encryption: [String]
  var mac: [String]
  var compression: [String]

  private static let algorithmLimit = 64

  /// Reads the payload of `SSH_MSG_KEXINIT`.
  init?(_ payload: ArraySlice<UInt8>) {
    guard payload.first == SSHPacket.keyExchangeInit, payload.count > 17 else { return nil }
    var rest = payload.dropFirst(17)
    var lists: [[String]] = []
    for _ in 0..<10 {
      guard let list = SSHPacket.string(from: &rest) else { return nil }
      lists.append(
        list.split(separator: 0x2c, maxSplits: Self.algorithmLimit).map {
          String(decoding: $0.prefix(64), as: UTF8.self)
        })
    }
    (keyExchange, hostKey, encryption, mac, compression) = (lists[0], lists[1], lists[3], lists[5], lists[7])
  }

  /// What HASSH for servers hashes with MD5 (Althouse et al., "HASSH", 2018).
  var fingerprinted: String {
    [keyExchange, encryption, mac, compression].map { $0.joined(separator: ",") }.joined(separator: ";")
  }

  /// What should be offered no longer (RFC 9142, table 12; RFC 8758; RFC 6151; NIST SP 800-131A revision 2
  /// for DSA and for block ciphers of 64 bits).
  var weaknesses: [String] {
    (keyExchange + hostKey + encryption + mac).filter { name in
      Self.weak.contains(name) || name.hasPrefix("arcfour") || name.hasPrefix("hmac-md5")
    }
  }

  private static let weak: Set<String> = [
    "diffie-hellman-group1-sha1", "diffie-hellman-group-exchange-sha1", "rsa1024-sha1", "ssh-dss", "3des-cbc",
    "blowfish-cbc", "cast128-cbc", "idea-cbc", "des-cbc", "none",
  ]
}
