import Posture

extension Handshake {
  /// Asks for `/` (RFC 9110).
  static let http = Handshake(
    "http", ports: [80, 81, 88, 591, 3000, 5000, 7547, 8000, 8008, 8080, 8081, 8088, 8200, 8888]
  ) {
    host in
    Array(
      """
      GET / HTTP/1.1\r
      Host: \(host)\r
      User-Agent: Kadomori (safety check by the gateway of this network)\r
      Accept: */*\r
      Connection: close\r
      \r

      """.utf8)
  } read: { bytes, ended in
    guard bytes.starts(with: Array("HTTP/".utf8).prefix(bytes.count)) else { return .no }
    guard let answer = HTTPAnswer(bytes, ended: ended) else { return ended ? .no : .more }
    if !ended, !answer.hasWholeTitle { return .more }
    // An HTTPS server tells plain text so; the TLS question that follows finds the real answer.
    if answer.status == 400, answer.body.firstRange(of: Array("HTTPS".utf8)) != nil { return .no }
    return .identified(.init(http: answer))
  }

  /// Asks which methods there are (RFC 7826, section 13.1).
  static let rtsp = Handshake("rtsp", ports: [554, 8554]) { host in
    Array("OPTIONS rtsp://\(host)/ RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: Kadomori\r\n\r\n".utf8)
  } read: { bytes, ended in
    guard bytes.starts(with: Array("RTSP/".utf8).prefix(bytes.count)) else { return .no }
    guard let answer = HTTPAnswer(bytes, ended: ended) else { return ended ? .no : .more }
    var found = Identification(.rtsp, facts: answer.facts)
    (found.product, found.version) = Product.split(answer.field("server"))
    return .identified(found)
  }
}

extension Identification {
  /// Reads what kind of HTTP service this is from what it says of itself.
  init(http answer: HTTPAnswer) {
    let server = answer.field("server") ?? ""
    let type = answer.field("content-type") ?? ""
    var name = ServiceProtocol.http
    if server.range(ofFirst: "upnp/") != nil { name = .upnp }
    if type.range(ofFirst: "application/ipp") != nil { name = .ipp }
    if type.range(ofFirst: "application/hap+json") != nil { name = .hap }
    self.init(name, facts: answer.facts)
    (product, version) = Product.split(server)
  }
}

/// Splits what servers call themselves into a name and a version.
package enum Product {
  /// Reads `Name/1.2 (comment)` or `Name 1.2`; the version is what starts with a digit.
  package static func split(_ text: String?) -> (name: String?, version: String?) {
    guard let text, let word = text.split(separator: " ").first else { return (nil, nil) }
    let parts = word.split(separator: "/", maxSplits: 1)
    guard let name = parts.first else { return (nil, nil) }
    if parts.count == 2 { return (String(name), parts[1].first?.isNumber == true ? String(parts[1]) : nil) }
    let next = text.split(separator: " ").dropFirst().first
    return (String(name), next?.first?.isNumber == true ? next.map(String.init) : nil)
  }
}
