import Web

/// What one question is answered with.
enum HealthAnswer {
  /// Answers a request; `report` is asked only where the answer needs it.
  static func reply(to request: WebRequest, _ report: () -> HealthReport) -> WebReply {
    guard request.method == "GET" else { return json(405, "{\"status\":\"method_not_allowed\"}") }
    switch request.path {
    case "/healthz": return json(200, "{\"status\":\"alive\"}")
    case "/readyz":
      let reasons = report().obstacles
      let list = reasons.map { "\"\(escaped($0))\"" }.joined(separator: ",")
      return reasons.isEmpty
        ? json(200, "{\"status\":\"ready\"}")
        : json(503, "{\"status\":\"not_ready\",\"reasons\":[\(list)]}")
    case "/metrics":
      guard let text = report().metrics() else { return json(503, "{\"status\":\"store_unreadable\"}") }
      return WebReply(200, "text/plain; version=0.0.4; charset=utf-8", text)
    default: return json(404, "{\"status\":\"unknown_path\"}")
    }
  }

  private static func json(_ status: Int, _ body: String) -> WebReply {
    WebReply(status, "application/json", body)
  }

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
