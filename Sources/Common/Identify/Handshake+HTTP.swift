import Addresses
import Posture

extension Handshake {
  /// Asks for `/` (RFC 9110).
  static let http = Handshake(
    "http",
    ports: [
      80, 81, 82, 88, 591, 1400, 2869, 3000, 3128, 5000, 5001, 5357, 5431, 5985, 7000, 7547, 8000, 8001, 8008,
      8009, 8060, 8080, 8081, 8083, 8086, 8088, 8090, 8096, 8123, 8200, 8888, 9000, 9080, 9090, 32400, 37215,
      49000, 49152, 49153, 52869,
    ]
  ) { host in
    WebRequest.get("/", host: host)
  } read: { bytes, ended in
    let isRadio = Greeting.starts(bytes, "ICY ")
    guard isRadio || Greeting.starts(bytes, "HTTP/") else { return .no }
    guard let answer = HTTPAnswer(bytes, ended: ended) else { return ended ? .no : .more }
    if !ended, !isRadio, !answer.hasWholeTitle { return .more }
    return .identified(.init(http: answer))
  }

  /// Asks which methods there are (RFC 7826, section 13.1).
  static let rtsp = Handshake("rtsp", ports: [554, 7070, 8554, 10554]) { host in
    Array("OPTIONS rtsp://\(host)/ RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: Kadomori\r\n\r\n".utf8)
  } read: { bytes, ended in
    guard Greeting.starts(bytes, "RTSP/") else { return .no }
    guard let answer = HTTPAnswer(bytes, ended: ended) else { return ended ? .no : .more }
    var found = Identification(.rtsp, facts: answer.facts)
    (found.product, found.version) = Product.split(answer.field("server"))
    return .identified(found)
  }

  /// Asks a HomeKit accessory for its accessories, which only a paired controller may see: others get
  /// status 470 (HomeKit Accessory Protocol Specification, sections 5.7 and 6.7.1).
  static let hap = Handshake("hap", ports: [51826, 51827]) { host in
    WebRequest.get("/accessories", host: host)
  } read: { bytes, ended in
    guard Greeting.starts(bytes, "HTTP/") else { return .no }
    guard let answer = HTTPAnswer(bytes, ended: ended) else { return ended ? .no : .more }
    var found = Identification(http: answer)
    if answer.status == 470 { found.protocol = .hap }
    if found.protocol == .hap { found.facts[.anonymous] = answer.status == 200 ? "open" : "refused" }
    return .identified(found)
  }
}

/// The requests of the web handshakes.
enum WebRequest {
  static func get(_ path: String, host: String) -> [UInt8] {
    Array(
      """
      GET \(path) HTTP/1.1\r
      Host: \(host)\r
      User-Agent: Kadomori (safety check by the gateway of this network)\r
      Accept: */*\r
      Connection: close\r
      \r

      """.utf8)
  }

  static func post(_ path: String, host: String, type: StaticString, body: [UInt8]) -> [UInt8] {
    Array(
      """
      POST \(path) HTTP/1.1\r
      Host: \(host)\r
      User-Agent: Kadomori (safety check by the gateway of this network)\r
      Content-Type: \(type)\r
      Content-Length: \(body.count)\r
      Connection: close\r
      \r

      """.utf8) + body
  }
}
