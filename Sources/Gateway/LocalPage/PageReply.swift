/// What is answered: a page, the way to one, or a refusal; never anything from elsewhere, and never kept by the browser.
package struct PageReply: Hashable, Sendable {
  package var status: Int
  package var type = "text/html; charset=utf-8"
  package var body: String
  /// Further headers, whole lines of ours.
  package var headers: [String] = []

  package init(_ status: Int, _ body: String, headers: [String] = []) {
    self.status = status
    self.body = body
    self.headers = headers
  }

  /// Sends the browser to the page, with GET, so that pressing its button for reloading presses none of ours again.
  package static func toPage(_ headers: [String] = []) -> PageReply {
    PageReply(303, "", headers: ["Location: /"] + headers)
  }

  package static let style: PageReply = {
    var reply = PageReply(200, PageStyle.sheet + PageStyle.buttons)
    reply.type = "text/css; charset=utf-8"
    return reply
  }()

  private static let reasons = [
    200: "OK", 303: "See Other", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 413: "Content Too Large", 421: "Misdirected Request", 429: "Too Many Requests",
  ]

  /// The message, after which the connection is closed.
  ///
  /// `same-origin` for the referrer: with `no-referrer` a browser would say `Origin: null` with our own forms.
  package var bytes: [UInt8] {
    let body = Array(body.utf8)
    let head =
      [
        "HTTP/1.1 \(status) \(Self.reasons[status] ?? "Status")", "Content-Type: \(type)",
        "Content-Length: \(body.count)", "Cache-Control: no-store", "Connection: close",
        "Content-Security-Policy: default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "X-Frame-Options: DENY", "X-Content-Type-Options: nosniff", "Referrer-Policy: same-origin",
        "Cross-Origin-Resource-Policy: same-origin", "Cross-Origin-Opener-Policy: same-origin",
      ] + headers
    return Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
  }
}
