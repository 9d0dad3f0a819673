import HTTPMessages

/// Addresses of our own pages, as they stand in links.
enum FormAddress {
  static func encoded(_ text: String) -> String { FormText.encoded(text) }

  /// A path of parts, which may hold anything.
  static func path(_ parts: String...) -> String { "/" + parts.map(encoded).joined(separator: "/") }

  /// A path with a query; empty values are left out.
  static func query(_ path: String, _ fields: [(String, String)]) -> String {
    let pairs = fields.filter { !$0.1.isEmpty }.map { "\($0.0)=\(encoded($0.1))" }
    return pairs.isEmpty ? path : path + "?" + pairs.joined(separator: "&")
  }

  /// An address of ours that somebody else wrote: a path here, never another site's (`//host`, `/\host`).
  static func own(_ text: String?) -> String {
    guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.hasPrefix("/\\"),
      text.utf8.count <= 512,
      text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != 0x5c })
    else { return "/" }
    return text
  }
}
