package import HTTPMessages
package import Wording

/// One request to the household's page, read and found to come from where it may.
///
/// What a browser is made to send by a page of somebody else is told by two headers that no page can set: `Host` names
/// what the browser believes it talks to, `Origin` whose page sends a form (RFC 9110, section 7.2; RFC 6454, section 7).
package struct PageRequest: Hashable, Sendable {
  package enum Refusal: Error, Hashable, Sendable, CaseIterable {
    case malformed
    /// It names another host: somebody's name that leads to our address (DNS rebinding).
    case foreignHost
    /// A page of somebody else sends the form, or nobody says which.
    case foreignOrigin
    case notThere
    case method
  }

  package enum Kind: Hashable, Sendable {
    case page
    case style
    /// A code of pairing.
    case pair(String)
    /// A button.
    case press(Press)
  }

  /// A button and what it is about.
  package struct Press: Hashable, Sendable {
    package enum Button: String, Hashable, Sendable, CaseIterable {
      /// Closes on trial what strangers reach about a finding.
      case close
      /// Makes a trial last.
      case keep
      /// Opens what was closed.
      case open
      /// Has the LAN looked at again.
      case look
      /// Forgets this browser.
      case leave
    }

    package var button: Button
    /// A finding, a plan or a closing; empty where the button needs none.
    package var id: String
    /// What only a form of ours holds.
    package var token: String
  }

  /// The longest form, in bytes: three short fields.
  package static let bodyLimit = 1024
  package static let cookie = "kadomori"

  package var kind: Kind
  package var language: Language
  package var session: String?

  /// Judges a message that came to `place`, an address with its port.
  package init(_ message: HTTPMessage, at place: String) throws(Refusal) {
    guard let (method, target) = message.request, let host = message.headers["host"] else { throw .malformed }
    guard host == place else { throw .foreignHost }
    language = Self.language(message.headers["accept-language"] ?? "")
    session = Self.session(message.headers["cookie"] ?? "")
    switch (method, target) {
    case ("GET", "/"): kind = .page
    case ("GET", "/style.css"): kind = .style
    case ("POST", "/pair"), ("POST", "/press"):
      guard message.headers["origin"] == "http://" + place,
        ["same-origin", nil].contains(message.headers["sec-fetch-site"])
      else { throw .foreignOrigin }
      guard message.headers["content-type"] == "application/x-www-form-urlencoded",
        let fields = FormText.fields(String(decoding: message.body, as: UTF8.self)[...])
      else { throw .malformed }
      if target == "/pair" {
        kind = .pair(fields["code"] ?? "")
      } else {
        guard let button = fields["do"].flatMap(Press.Button.init), let token = fields["token"],
          let id = fields["id"].map({ Self.isName($0) ? $0 : nil }) ?? ""
        else { throw .malformed }
        kind = .press(Press(button: button, id: id, token: token))
      }
    case (_, "/"), (_, "/style.css"), (_, "/pair"), (_, "/press"): throw .method
    default: throw .notThere
    }
  }

  /// Whether this can name something of ours: it becomes a word of a command line, so it is no option.
  private static func isName(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count) && text.utf8.first != 0x2d
      && text.utf8.allSatisfy {
        (0x61...0x7a).contains($0) || (0x2f...0x3a).contains($0) || $0 == 0x2d
      }
  }

  private static func session(_ header: String) -> String? {
    header.split(separator: ";").lazy.map { $0.drop { $0 == " " } }.first { $0.hasPrefix(cookie + "=") }
      .map { String($0.dropFirst(cookie.utf8.count + 1)) }
  }

  /// The language that is wanted most of those we have (RFC 9110, section 12.5.4).
  private static func language(_ header: String) -> Language {
    var best: (language: Language, weight: Substring)?
    for entry in header.split(separator: ",").prefix(32) {
      let parts = entry.split(separator: ";").map { $0.drop { $0 == " " } }
      guard let name = parts.first, let language = Language(rawValue: name.prefix(2).lowercased()) else {
        continue
      }
      // Weights have the same form, so that they stand in the order of their digits: 0.5, 0.85, 1.
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2) ?? "1"
      if best.map({ $0.weight < weight }) ?? true { best = (language, weight) }
    }
    return best?.language ?? .en
  }
}
