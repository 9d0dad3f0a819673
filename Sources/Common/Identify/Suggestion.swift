/// What an answer that is none to our question says about the question to ask instead.
///
/// It only orders questions: the protocol is named by its answer to its own question.
enum Suggestion {
  static func names(after answer: [UInt8]) -> [String] {
    guard !answer.isEmpty else { return [] }
    return isTLS(answer) ? [HandshakeOrder.tls] : signs.filter { answer.starts(with: $0.start) }.map(\.name)
  }

  private static let signs: [(start: [UInt8], name: String)] = [
    // RFC 7826, section 5.3, and RFC 3261, section 7.2: status lines like that of HTTP.
    (Array("RTSP/".utf8), "rtsp"), (Array("SIP/".utf8), "sip"),
    // Redis answers `-ERR`, and `-DENIED` or `-NOAUTH` to strangers (redis.io, "Redis serialization protocol").
    (Array("-ERR".utf8), "redis"), (Array("-DENIED".utf8), "redis"), (Array("-NOAUTH".utf8), "redis"),
    // `ERROR` to an unknown command (memcached, doc/protocol.txt, "Error strings").
    (Array("ERROR\r\n".utf8), "memcached"),
    // A stream opens with an XML declaration or at once (RFC 6120, section 4.2).
    (Array("<?xml".utf8), "xmpp"), (Array("<stream:".utf8), "xmpp"),
    // Errors before registration (RFC 2812, section 3.7.4).
    (Array("ERROR :".utf8), "irc"), (Array(":".utf8), "irc"),
    // AMQP answers a foreign header with its own (AMQP 0-9-1, section 4.2.2).
    (Array("AMQP".utf8), "amqp"),
  ]

  /// A TLS server answers plain text with an alert record (RFC 8446, section 5.1), and a kind web
  /// server with status 400 and a word about HTTPS.
  private static func isTLS(_ answer: [UInt8]) -> Bool {
    if answer.count >= 7, answer[0] == 0x15, answer[1] == 0x03, answer[2] <= 4 { return true }
    guard answer.starts(with: Array("HTTP/1.".utf8)), let page = HTTPAnswer(answer, ended: true),
      page.status == 400 || page.status == 426
    else { return false }
    return page.body.firstRange(of: Array("HTTPS".utf8)) != nil
      || page.field("upgrade")?.range(ofFirst: "tls/") != nil
  }
}
