import Posture

extension Handshake {
  /// Sends PING, which answers `+PONG` or says that a password is needed (redis.io, "PING" and "AUTH").
  static let redis = Handshake("redis", ports: [6379]) { _ in
    [UInt8](ascii: "PING\r\n")
  } read: { bytes, ended in
    guard Greeting.starts(bytes, "+PONG\r\n") || Greeting.starts(bytes, "-") else {
      return bytes.isEmpty && !ended ? .more : .no
    }
    guard let line = Greeting.line(bytes, ended: ended) else { return .more }
    if line == "+PONG" { return .identified(Identification(.redis, facts: [.anonymous: "open"])) }
    guard line.hasPrefix("-NOAUTH ") || line.hasPrefix("-DENIED Redis") else { return .no }
    return .identified(Identification(.redis, facts: [.anonymous: "refused"]))
  }

  /// Sends SSLRequest, which a server answers with one byte, `S` or `N` (PostgreSQL documentation,
  /// "Message Formats").
  static let postgresql = Handshake("postgresql", ports: [5432]) { _ in
    UInt32(8).octets + UInt32(80_877_103).octets
  } read: { bytes, ended in
    guard let first = bytes.first else { return ended ? .no : .more }
    if first == 0x45 {
      // An ErrorResponse, as servers send that take no more connections: "E", length, fields.
      guard bytes.count > 6, bytes.firstRange(of: Array("FATAL".utf8)) != nil else {
        return ended ? .no : .more
      }
      return .identified(Identification(.postgresql))
    }
    guard bytes.count == 1, first == 0x53 || first == 0x4e else { return .no }
    return .identified(Identification(.postgresql))
  }

  /// Asks memcached for its version (memcached, doc/protocol.txt, "Other commands").
  static let memcached = Handshake("memcached", ports: [11211]) { _ in
    [UInt8](ascii: "version\r\n")
  } read: { bytes, ended in
    guard Greeting.starts(bytes, "VERSION ") else { return bytes.isEmpty && !ended ? .more : .no }
    guard let line = Greeting.line(bytes, ended: ended) else { return .more }
    return .identified(
      Identification(
        .memcached, product: "memcached", version: String(line.dropFirst(8)), facts: [.anonymous: "open"]))
  }
}

extension DatagramProbe {
  /// The same in the frame of memcached over UDP: request 1, datagram 0 of 1 (doc/protocol.txt, "UDP protocol").
  static let memcached = DatagramProbe("memcached", port: 11211) { _ in
    [0x4b, 0x64, 0, 0, 0, 1, 0, 0] + [UInt8](ascii: "version\r\n")
  } read: { bytes in
    guard bytes.count > 8, bytes.starts(with: [0x4b, 0x64, 0, 0, 0, 1]) else { return .no }
    return Handshake.memcached.read(Array(bytes[8...]), true)
  }
}
