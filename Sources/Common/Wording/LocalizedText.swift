/// One text in every language of ``Language``.
package struct LocalizedText: Hashable, Sendable, Codable {
  package var ja: String
  package var en: String

  package init(ja: String, en: String) {
    self.ja = ja
    self.en = en
  }

  package subscript(language: Language) -> String {
    switch language {
    case .ja: ja
    case .en: en
    }
  }
}
