import HTTPTypes

/// What is answered.
package struct WebReply: Sendable {
  package enum Body: Sendable {
    /// What would have so many bytes, if they are known: the answer to HEAD.
    case none(length: Int)
    case bytes([UInt8])
    /// Sent as it comes, until this ends or nobody listens any more; called once, whatever becomes of the connection.
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

  static func refusal(_ status: Int, _ text: String) -> WebReply {
    var reply = WebReply(status, "text/plain; charset=utf-8", text)
    reply.set("Connection", "close")
    return reply
  }

  /// What HEAD is answered with (RFC 9110, section 9.3.2).
  func withoutBody() async -> WebReply {
    var reply = self
    switch body {
    case .none: break
    case .bytes(let bytes): reply.body = .none(length: bytes.count)
    case .stream(let send):
      await send(.unheard)
      // Without a length there would be an empty body of chunks.
      reply.body = .none(length: 0)
    }
    return reply
  }

  package mutating func set(_ name: String, _ value: String) { headers.append((name, value)) }

  package subscript(name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The head as it is sent; a line's end in a value becomes a blank there, and no other header.
  var head: HTTPResponse {
    var fields = HTTPFields()
    for (name, value) in headers {
      if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
    }
    switch body {
    case .none(let length): fields[.contentLength] = String(length)
    case .bytes(let bytes): fields[.contentLength] = String(bytes.count)
    case .stream: break
    }
    return HTTPResponse(status: HTTPResponse.Status(code: status), headerFields: fields)
  }
}

/// Where a long answer is written.
package struct WebStream {
  private let write: ([UInt8]) async -> Bool

  package init(_ write: @escaping ([UInt8]) async -> Bool) {
    self.write = write
  }

  /// One that nobody listens to.
  static var unheard: WebStream { WebStream { _ in false } }

  /// Sends more; `false` where nobody listens any more.
  package func send(_ text: String) async -> Bool { await write(Array(text.utf8)) }
}
