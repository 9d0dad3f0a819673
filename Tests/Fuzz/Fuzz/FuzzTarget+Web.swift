import HTTPMessages
import HTTPTypes
import Web

extension FuzzTarget {
  /// What a browser sends to the dashboard: a line with the target, lines of the head, and a body.
  static func web(_ bytes: [UInt8]) {
    let parts = bytes.split(separator: 0x0a, maxSplits: 16, omittingEmptySubsequences: false)
    var head = HTTPRequest(
      method: .post, scheme: "https", authority: "localhost", path: String(decoding: parts[0], as: UTF8.self))
    for line in parts.dropFirst().dropLast() {
      let sides = line.split(separator: 0x3a, maxSplits: 1)
      guard sides.count == 2, let name = HTTPField.Name(String(decoding: sides[0], as: UTF8.self)) else {
        continue
      }
      head.headerFields.append(HTTPField(name: name, value: String(decoding: sides[1], as: UTF8.self)))
    }
    if let request = WebRequest(
      head, body: Array(parts[parts.count - 1]), source: "192.0.2.1", isSecure: true)
    {
      judge(request)
      precondition(request.headers["host"] == "localhost", "a second host comes through")
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
