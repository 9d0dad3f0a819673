package import HTTPMessages

/// One request, with its parts read.
package struct WebRequest: Sendable {
  package var method: String
  /// Decoded, without the query; begins with `/`.
  package var path: String
  package var query: [String: String]
  /// Names in lower case.
  package var headers: [String: String]
  package var cookies: [String: String]
  package var body: [UInt8]
  /// The address the request came from, as far as it can be believed.
  package var source: String
  /// Whether whoever asked did so over TLS, here or at the proxy.
  package var isSecure: Bool

  package init(
    _ method: String, _ path: String, query: [String: String] = [:], headers: [String: String] = [:],
    cookies: [String: String] = [:], body: [UInt8] = [], source: String = "", isSecure: Bool = true
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.cookies = cookies
    self.body = body
    self.source = source
    self.isSecure = isSecure
  }

  /// Reads what a client sent; `nil` where it is no request that is understood.
  ///
  /// A target in absolute form (RFC 9112, section 3.2.2) is for proxies, and refused.
  package init?(_ message: HTTPMessage, source: String, isSecure: Bool) {
    guard let (method, target) = message.request, target.hasPrefix("/"), message.headers["host"] != nil else {
      return nil
    }
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard let path = FormText.decoded(parts[0], plusIsBlank: false),
      let query = FormText.fields(parts.count > 1 ? parts[1] : "")
    else { return nil }
    self.init(
      method, path, query: query, headers: message.headers,
      cookies: Self.cookies(message.headers["cookie"] ?? ""), body: message.body, source: source,
      isSecure: isSecure)
  }

  /// The fields of a form; `nil` where the body is none.
  package var form: [String: String]? {
    let type = headers["content-type"] ?? ""
    guard type.prefix(while: { $0 != ";" }).lowercased() == "application/x-www-form-urlencoded" else {
      return nil
    }
    return FormText.fields(String(decoding: body, as: UTF8.self)[...])
  }

  /// The path's parts between slashes.
  package var parts: [String] { path.split(separator: "/").map(String.init) }

  private static func cookies(_ header: String) -> [String: String] {
    var cookies: [String: String] = [:]
    for pair in header.split(separator: ";").prefix(50) {
      let sides = pair.split(separator: "=", maxSplits: 1)
      guard sides.count == 2 else { continue }
      let name = sides[0].drop { $0 == " " }
      // The first counts: one that somebody added for a part of the path, or a parent domain, comes later or twice.
      if cookies[String(name)] == nil { cookies[String(name)] = String(sides[1]) }
    }
    return cookies
  }
}
