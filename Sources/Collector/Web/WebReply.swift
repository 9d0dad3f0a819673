/// What is answered.
package struct WebReply: Sendable {
  package enum Body: Sendable {
    case bytes([UInt8])
    /// Sent as it comes, until this ends or nobody listens any more.
    case stream(@Sendable (WebStream) async -> Void)
  }

  package var status: Int
  /// In their order; a name may come twice.
  package var headers: [(name: String, value: String)]
  package var body: Body

  package init(_ status: Int, headers: [(name: String, value: String)] = [], body: Body = .bytes([])) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  package init(_ status: Int, _ type: String, _ text: String) {
    self.init(status, headers: [("Content-Type", type)], body: .bytes(Array(text.utf8)))
  }

  /// Sends whoever asked to another page with GET.
  package static func seeOther(_ path: String) -> WebReply { WebReply(303, headers: [("Location", path)]) }

  package mutating func set(_ name: String, _ value: String) { headers.append((name, value)) }

  package subscript(name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The head in HTTP/1.1; a value with a line's end in it would be another header, so it is left out.
  func head(keepAlive: Bool) -> [UInt8] {
    var text = "HTTP/1.1 \(status) \(Self.reasons[status] ?? "Status")\r\n"
    for (name, value) in headers where value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) {
      text += "\(name): \(value)\r\n"
    }
    if case .bytes(let bytes) = body { text += "Content-Length: \(bytes.count)\r\n" }
    text += keepAlive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n"
    return Array(text.utf8)
  }

  private static let reasons = [
    200: "OK", 201: "Created", 204: "No Content", 303: "See Other", 304: "Not Modified", 400: "Bad Request",
    401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    408: "Request Timeout", 413: "Content Too Large", 422: "Unprocessable Content", 429: "Too Many Requests",
    500: "Internal Server Error", 503: "Service Unavailable",
  ]
}

/// Where a long answer is written.
package struct WebStream: Sendable {
  let write: @Sendable ([UInt8]) -> Bool

  package init(_ write: @escaping @Sendable ([UInt8]) -> Bool) {
    self.write = write
  }

  /// Sends more; `false` where nobody listens any more.
  package func send(_ text: String) -> Bool { write(Array(text.utf8)) }
}
