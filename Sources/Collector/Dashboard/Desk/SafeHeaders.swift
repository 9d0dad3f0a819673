import Web

/// What every answer tells browsers, so that a fault in a page stays harmless.
enum SafeHeaders {
  /// Nothing is loaded but our own style, script and pictures; nobody frames us, and forms go nowhere else.
  static let policy =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

  static func add(to reply: inout WebReply, isSecure: Bool) {
    reply.set("Content-Security-Policy", policy)
    reply.set("X-Content-Type-Options", "nosniff")
    reply.set("X-Frame-Options", "DENY")
    reply.set("Referrer-Policy", "same-origin")
    reply.set("Cross-Origin-Opener-Policy", "same-origin")
    reply.set("Cross-Origin-Resource-Policy", "same-origin")
    reply.set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if reply["Cache-Control"] == nil { reply.set("Cache-Control", "no-store") }
    if isSecure { reply.set("Strict-Transport-Security", "max-age=31536000") }
  }
}
