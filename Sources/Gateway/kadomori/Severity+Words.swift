import Posture
import Wording

extension Severity {
  /// The severity as people call it.
  var words: LocalizedText {
    switch self {
    case .critical: LocalizedText(ja: "緊急", en: "critical")
    case .high: LocalizedText(ja: "高", en: "high")
    case .medium: LocalizedText(ja: "中", en: "medium")
    case .low: LocalizedText(ja: "低", en: "low")
    case .info: LocalizedText(ja: "情報", en: "note")
    }
  }
}
