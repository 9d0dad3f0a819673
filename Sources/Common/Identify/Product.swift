/// Splits what servers call themselves into a name and a version.
package enum Product {
  /// Reads `Name/1.2 (comment)` or `Name 1.2`; the version is what starts with a digit.
  package static func split(_ text: String?) -> (name: String?, version: String?) {
    guard let text, let word = text.split(separator: " ").first else { return (nil, nil) }
    let parts = word.split(separator: "/", maxSplits: 1)
    guard let name = parts.first else { return (nil, nil) }
    if parts.count == 2 { return (String(name), parts[1].first?.isNumber == true ? String(parts[1]) : nil) }
    let next = text.split(separator: " ").dropFirst().first
    return (String(name), next?.first?.isNumber == true ? next.map(String.init) : nil)
  }

  /// The first of `names` that `text` contains, and the version that follows it.
  static func named(_ names: [String], in text: String) -> (name: String?, version: String?) {
    for name in names {
      guard let end = text.range(ofFirst: name) else { continue }
      let next = text[end...].drop { $0 == " " || $0 == "/" }.prefix { !" )]};,".contains($0) }
      return (name, next.first?.isNumber == true ? String(next) : nil)
    }
    return (nil, nil)
  }

  /// Reads the last part of a `UPnP/1.0` server field: operating system, UPnP version, product
  /// (UPnP Device Architecture 1.1, section 1.2.2).
  static func upnp(_ server: String) -> (name: String?, version: String?) {
    let words = server.split { $0 == " " || $0 == "," }
    guard let index = words.firstIndex(where: { $0.lowercased().hasPrefix("upnp/") }) else {
      return split(server)
    }
    guard index + 1 < words.count else { return (nil, nil) }
    return split(words[(index + 1)...].joined(separator: " "))
  }
}
