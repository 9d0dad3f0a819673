import HTTPMessages
import Web

extension FuzzTarget {
  /// What a browser sends to the dashboard, one request behind the other as a connection has them.
  static func web(_ bytes: [UInt8]) {
    var rest = bytes
    for _ in 0..<64 {
      var reader = HTTPReader()
      guard case .message(let message) = reader.take(rest) else { break }
      rest = reader.rest
      precondition(message.body.count <= HTTPReader.bodyLimit, "a body is longer than its limit")
      guard let request = WebRequest(message, source: "192.0.2.1", isSecure: true) else { continue }
      judge(request)
    }
    // Also what no head lets through.
    let text = String(decoding: bytes, as: UTF8.self)
    if let request = WebRequest("GET", text) { judge(request) }
    for value in (FormText.fields(text[...]) ?? [:]).values {
      precondition(
        FormText.decoded(FormText.encoded(value)[...], plusIsBlank: true) == value,
        "a value changes when it is written")
    }
  }

  private static func judge(_ request: WebRequest) {
    precondition(request.query.count <= FormText.fieldLimit, "more fields than a form may have")
    precondition((request.form?.count ?? 0) <= FormText.fieldLimit, "more fields than a form may have")
    precondition(request.cookies.count <= 50, "more cookies than are read")
    for text in request.parts + Array(request.query.values) + Array((request.form ?? [:]).values) {
      precondition(!text.utf8.contains(0), "a NUL comes through")
    }
  }
}
