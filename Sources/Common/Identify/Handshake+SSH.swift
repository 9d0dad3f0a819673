import Cryptography
import Posture

extension Handshake {
  /// Offers algorithms and reads the server's offer; then goes on to ``sshHostKey(_:_:)``.
  ///
  /// `early` is what came behind the server's version already.
  static func sshOffer(early: [UInt8]) -> Handshake {
    @Sendable func offer(_ bytes: [UInt8]) -> (offer: SSHOffer, rest: [UInt8])? {
      var rest = (early + bytes)[...]
      // Servers may send messages to be ignored first (RFC 4253, section 11.2).
      for _ in 0..<4 {
        guard let packet = SSHPacket(&rest) else { return nil }
        if let offer = SSHOffer(packet.payload) { return (offer, Array(rest)) }
      }
      return nil
    }
    return Handshake(
      "ssh.offer",
      next: { bytes in
        guard let (offer, rest) = offer(bytes),
          let method = SSHQuestion.methods.first(where: offer.keyExchange.contains),
          let request = SSHQuestion.exchange(method)
        else { return nil }
        return .sshHostKey(request, early: rest)
      }
    ) { _ in
      SSHQuestion.version + SSHPacket.framed(SSHQuestion.offer)
    } read: { bytes, ended in
      guard let (offer, _) = offer(bytes) else { return ended ? .no : .more }
      var found = Identification(.ssh)
      found.facts[.hassh] = Hexadecimal.text(Digest.md5(Array(offer.fingerprinted.utf8)))
      if !offer.weaknesses.isEmpty { found.facts[.weak] = offer.weaknesses.joined(separator: " ") }
      return .identified(found)
    }
  }

  /// Asks for the host key, which comes before any authentication (RFC 4253, section 8; RFC 5656, section 4).
  private static func sshHostKey(_ request: [UInt8], early: [UInt8]) -> Handshake {
    Handshake("ssh.host-key") { _ in
      request
    } read: { bytes, ended in
      var rest = (early + bytes)[...]
      for _ in 0..<4 {
        guard let packet = SSHPacket(&rest) else { break }
        guard packet.payload.first == SSHPacket.exchangeReply else { continue }
        var body = packet.payload.dropFirst()
        guard let key = SSHPacket.string(from: &body) else { return .no }
        var inside = key
        guard let kind = SSHPacket.string(from: &inside), (1...64).contains(kind.count) else { return .no }
        let name = String(decoding: kind, as: UTF8.self)
        return .identified(
          Identification(.ssh, facts: [.hostKey: "\(name) SHA256:\(Base64.text(Digest.sha256(Array(key))))"]))
      }
      return ended ? .no : .more
    }
  }
}

/// Our side of the key exchange, as far as the host key.
///
/// Nothing is ever encrypted with what is agreed here, so that all of it is constant: the base points of the
/// curves are public keys of the secret 1.
private enum SSHQuestion {
  static let version = [UInt8](ascii: "SSH-2.0-Kadomori\r\n")

  /// In the order of preference; the first that the server offers as well is used (RFC 4253, section 7.1).
  static let methods = [
    "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256",
    "diffie-hellman-group14-sha256", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1",
  ]

  static let offer: [UInt8] = {
    let ciphers = "aes128-ctr,aes256-ctr,chacha20-poly1305@openssh.com,aes128-cbc,3des-cbc"
    let macs = "hmac-sha2-256,hmac-sha1,hmac-md5"
    let keys = "ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256,ssh-rsa,ssh-dss"
    let lists = [methods.joined(separator: ","), keys, ciphers, ciphers, macs, macs, "none", "none", "", ""]
    let cookie = [UInt8](repeating: 0x4b, count: 16)
    return [SSHPacket.keyExchangeInit] + cookie + lists.flatMap { SSHPacket.string(Array($0.utf8)) }
      + [0, 0, 0, 0, 0]
  }()

  static func exchange(_ method: String) -> [UInt8]? {
    let key: [UInt8]
    switch method {
    // RFC 7748, section 4.1.
    case "curve25519-sha256", "curve25519-sha256@libssh.org": key = [9] + [UInt8](repeating: 0, count: 31)
    // SEC 2, version 2.0, section 2.4.2, uncompressed.
    case "ecdh-sha2-nistp256":
      key = Hexadecimal.bytes(
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
          + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
    // Smaller than either prime, and with bits enough for servers that count them.
    case _ where method.hasPrefix("diffie-hellman-group"): key = [UInt8](repeating: 0x55, count: 100)
    default: return nil
    }
    return SSHPacket.framed([SSHPacket.exchangeInit] + SSHPacket.string(key))
  }
}
