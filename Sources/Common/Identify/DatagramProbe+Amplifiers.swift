import Posture

extension DatagramProbe {
  /// Any datagram makes a character generator send up to 512 characters (RFC 864).
  static let chargen = DatagramProbe("chargen", port: 19) { _ in
    [0x6b]
  } read: { bytes in
    let reading = Greeting.chargen(bytes, true)
    if reading != .no { return reading }
    // The random length that the RFC allows may be short of a line.
    let rotates = zip(bytes, bytes.dropFirst()).allSatisfy { (0x20...0x7e).contains($0) && $1 == $0 + 1 }
    return bytes.count >= 16 && rotates ? .identified(Identification(.chargen)) : .no
  }

  /// Our bytes come back unchanged (RFC 862).
  static let echo = DatagramProbe("echo", port: 7) { _ in
    Handshake.echoToken
  } read: { bytes in
    bytes == Handshake.echoToken ? .identified(Identification(.echo)) : .no
  }

  /// Any datagram brings the date and time as text (RFC 867).
  static let daytime = DatagramProbe("daytime", port: 13) { _ in
    [0x6b]
  } read: {
    Greeting.daytime($0, true)
  }

  /// Any datagram brings the seconds since 1900 in four octets (RFC 868).
  static let time = DatagramProbe("time", port: 37) { _ in
    [0x6b]
  } read: {
    Greeting.time($0, true)
  }

  /// Any datagram brings a short text (RFC 865).
  static let quote = DatagramProbe("qotd", port: 17) { _ in
    [0x6b]
  } read: { bytes in
    // Our own byte back would be an echo.
    bytes.count > 4 ? Greeting.quote(bytes, true) : .no
  }
}
