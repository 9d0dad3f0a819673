package import Posture
package import Wording

/// How bad something is, in words and by a class of the style sheet: never by colour alone.
package enum SeverityStyle {
  package static func name(of severity: Severity?) -> String {
    switch severity {
    case .critical, .high: "bad"
    case .medium: "fair"
    case .low, .info: "note"
    case nil: "good"
    }
  }

  package static func mark(of severity: Severity?) -> LocalizedText {
    switch severity {
    case .critical: LocalizedText(ja: "! すぐに対応", en: "! act now")
    case .high: LocalizedText(ja: "! 早めに対応", en: "! act soon")
    case .medium: LocalizedText(ja: "△ 直すとよい", en: "△ better mended")
    case .low, .info: LocalizedText(ja: "・ 参考", en: "· worth knowing")
    case nil: LocalizedText(ja: "○ 問題なし", en: "○ nothing found")
    }
  }
}
