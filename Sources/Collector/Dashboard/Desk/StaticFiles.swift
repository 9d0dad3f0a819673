import Web

/// The style, the script and the description of the API: the same for everybody.
enum StaticFiles {
  static func reply(_ request: WebRequest) -> WebReply? {
    let (type, bytes): (String, [UInt8])
    switch request.path {
    case "/style.css": (type, bytes) = ("text/css; charset=utf-8", PackageResources.style_css)
    case "/live.js": (type, bytes) = ("text/javascript; charset=utf-8", PackageResources.live_js)
    case "/api/v1/openapi.json": (type, bytes) = ("application/json", PackageResources.openapi_json)
    default: return nil
    }
    guard ["GET", "HEAD"].contains(request.method) else { return nil }
    return WebReply(
      200, headers: [("Content-Type", type), ("Cache-Control", "public, max-age=3600")], body: .bytes(bytes))
  }
}
