import HTTPTypes

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

  /// The head as it is sent; a line's end in a value becomes a blank there, and no other header.
  var head: HTTPResponse {
    var fields = HTTPFields()
    for (name, value) in headers {
      if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
    }
    if case .bytes(let bytes) = body { fields[.contentLength] = String(bytes.count) }
    return HTTPResponse(status: HTTPResponse.Status(code: status), headerFields: fields)
  }
}

/// Where a long answer is written.
package struct WebStream {
  private let write: ([UInt8]) async -> Bool

  package init(_ write: @escaping ([UInt8]) async -> Bool) {
    self.write = write
  }

  /// Sends more; `false` where nobody listens any more.
  package func send(_ text: String) async -> Bool { await write(Array(text.utf8)) }
}
