import HTTPMessages

/// What one question is answered with.
struct HealthAnswer {
  var status: Int
  var type = "application/json"
  var body: String

  static func json(_ status: Int, _ body: String) -> HealthAnswer { HealthAnswer(status: status, body: body) }

  private init(status: Int, type: String = "application/json", body: String) {
    self.status = status
    self.type = type
    self.body = body
  }

  /// Answers a request; `report` is asked only where the answer needs it.
  init(to message: HTTPMessage, _ report: () -> HealthReport) {
    guard let (method, target) = message.request else {
      self = .json(400, "{\"status\":\"malformed\"}")
      return
    }
    guard method == "GET" else {
      self = .json(405, "{\"status\":\"method_not_allowed\"}")
      return
    }
    switch target.prefix(while: { $0 != "?" }) {
    case "/healthz": self = .json(200, "{\"status\":\"alive\"}")
    case "/readyz":
      let reasons = report().obstacles
      let list = reasons.map { "\"\(Self.escaped($0))\"" }.joined(separator: ",")
      self =
        reasons.isEmpty
        ? .json(200, "{\"status\":\"ready\"}")
        : .json(503, "{\"status\":\"not_ready\",\"reasons\":[\(list)]}")
    case "/metrics":
      guard let text = report().metrics() else {
        self = .json(503, "{\"status\":\"store_unreadable\"}")
        return
      }
      self.init(status: 200, type: "text/plain; version=0.0.4; charset=utf-8", body: text)
    default: self = .json(404, "{\"status\":\"unknown_path\"}")
    }
  }

  var bytes: [UInt8] { HTTPMessage.response(status, type: type, body: Array(body.utf8)) }

  /// A text within a string of JSON (RFC 8259, section 7).
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..."\u{1f}", "\u{7f}": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
