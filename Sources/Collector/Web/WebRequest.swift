import HTTPMessages
package import HTTPTypes

/// One request, with its parts read.
package struct WebRequest: Sendable {
  package var method: String
  /// The path's parts between slashes, decoded.
  package var parts: [String]
  package var query: [String: String]
  /// Names in lower case.
  package var headers: [String: String]
  package var cookies: [String: String]
  package var body: [UInt8]
  /// The address the request came from, as far as it can be believed.
  package var source: String
  /// Whether whoever asked did so over TLS, here or at the proxy.
  package var isSecure: Bool

  /// Reads a target such as `/a/b%2Fc?d=e`; `nil` where it is none that is understood.
  ///
  /// One in absolute form (RFC 9112, section 3.2.2) is for proxies, and refused.
  package init?(
    _ method: String, _ target: String, headers: [String: String] = [:], cookies: [String: String] = [:],
    body: [UInt8] = [], source: String = "", isSecure: Bool = true
  ) {
    guard target.hasPrefix("/") else { return nil }
    let sides = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    // Taken apart before it is decoded: what stands between two slashes may have some of its own.
    let raw = sides[0].split(separator: "/")
    let parts = raw.compactMap { FormText.decoded($0, plusIsBlank: false) }
    guard parts.count == raw.count, let query = FormText.fields(sides.count > 1 ? sides[1] : "") else {
      return nil
    }
    self.method = method
    self.parts = parts
    self.query = query
    self.headers = headers
    self.cookies = cookies
    self.body = body
    self.source = source
    self.isSecure = isSecure
  }

  /// Reads what a client sent; `nil` where it is no request that is understood.
  package init?(_ head: HTTPRequest, body: [UInt8], source: String, isSecure: Bool) {
    // The first `Host` is the authority; with another, what stands before us may have meant that one.
    guard let path = head.path, let host = head.authority, !head.headerFields.contains(Self.host) else {
      return nil
    }
    var headers = ["host": host]
    for field in head.headerFields {
      let name = field.name.canonicalName
      let separator = field.name == .cookie ? "; " : ", "
      headers[name] = headers[name].map { $0 + separator + field.value } ?? field.value
    }
    self.init(
      head.method.rawValue, path, headers: headers, cookies: Self.cookies(headers["cookie"] ?? ""),
      body: body, source: source, isSecure: isSecure)
  }

  private static let host: HTTPField.Name = {
    guard let name = HTTPField.Name("host") else { preconditionFailure("'host' is a name") }
    return name
  }()

  /// The fields of a form; `nil` where the body is none.
  package var form: [String: String]? {
    let type = headers["content-type"] ?? ""
    guard type.prefix(while: { $0 != ";" }).lowercased() == "application/x-www-form-urlencoded" else {
      return nil
    }
    return FormText.fields(String(decoding: body, as: UTF8.self)[...])
  }

  /// The path as it is compared; of one with slashes in its parts there is no telling where they end.
  package var path: String { "/" + parts.joined(separator: "/") }

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
