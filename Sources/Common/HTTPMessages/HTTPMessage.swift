/// Reads and writes messages of HTTP/1.1 (RFC 9112) within limits: what enrolment needs, no more.
///
/// One exchange a connection; a body has a Content-Length. Chunked bodies are refused.
package struct HTTPMessage: Hashable, Sendable {
  /// The first line: `POST /v1/enrol HTTP/1.1`, or `HTTP/1.1 200 OK`.
  package var start: String
  /// Names in lower case.
  package var headers: [String: String]
  package var body: [UInt8]

  /// The method and path of a request; `nil` where it is none.
  package var request: (method: String, path: String)? {
    let words = start.split(separator: " ")
    guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { return nil }
    return (String(words[0]), String(words[1]))
  }

  /// The status code of a response; `nil` where it is none.
  package var status: Int? {
    let words = start.split(separator: " ", maxSplits: 2)
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3 else { return nil }
    return Int(words[1])
  }
}

extension HTTPMessage {
  /// A request that has the connection closed after its answer.
  package static func request(_ method: String, _ path: String, host: String, json: [UInt8]) -> [UInt8] {
    Array(
      """
      \(method) \(path) HTTP/1.1\r
      Host: \(host)\r
      Content-Type: application/json\r
      Content-Length: \(json.count)\r
      Connection: close\r
      \r

      """.utf8) + json
  }

  /// An answer, after which the connection is closed.
  package static func response(_ status: Int, retryAfter: Duration? = nil, json: [UInt8]) -> [UInt8] {
    response(status, retryAfter: retryAfter, type: "application/json", body: json)
  }

  /// An answer of a media type, after which the connection is closed.
  package static func response(
    _ status: Int, retryAfter: Duration? = nil, type: String, body: [UInt8]
  ) -> [UInt8] {
    let reasons = [
      200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
      408: "Request Timeout", 413: "Content Too Large", 429: "Too Many Requests", 503: "Service Unavailable",
    ]
    let retry = retryAfter.map { "Retry-After: \(max(1, $0.components.seconds))\r\n" } ?? ""
    return Array(
      """
      HTTP/1.1 \(status) \(reasons[status] ?? "Status")\r
      Content-Type: \(type)\r
      Content-Length: \(body.count)\r
      Cache-Control: no-store\r
      \(retry)Connection: close\r
      \r

      """.utf8) + body
  }
}
