import Posture
package import Wording

/// In which words a subscriber is spoken to.
package enum NoticeLanguage: String, Hashable, Sendable, Codable, CaseIterable {
  case ja
  /// Japanese for those who learn it, children, and whoever is in a hurry (やさしい日本語).
  case easyJa = "easy-ja"
  case en

  /// The language in which the catalogue of checks has its texts.
  package var catalogue: Language { self == .en ? .en : .ja }
}

extension DeviceKind {
  /// The device as people call it, with what stands before it in a sentence.
  func word(_ language: NoticeLanguage) -> String {
    let words: (ja: String, easy: String, en: String) =
      switch self {
      case .router: ("ルーター", "ルーター", "router")
      case .accessPoint: ("無線の親機", "Wi-Fiの おやき", "Wi-Fi station")
      case .camera: ("カメラ", "カメラ", "camera")
      case .recorder: ("録画機", "ろくがの きかい", "video recorder")
      case .printer: ("プリンター", "プリンター", "printer")
      case .nas: ("データの保存箱（NAS）", "データを しまう はこ", "storage box")
      case .tv: ("テレビ", "テレビ", "TV")
      case .speaker: ("スピーカー", "スピーカー", "speaker")
      case .phone: ("電話", "でんわ", "phone")
      case .computer: ("パソコン", "パソコン", "computer")
      case .hub: ("家電の司令塔", "かでんの おやき", "smart home hub")
      case .appliance: ("家電", "かでん", "household appliance")
      case .meter: ("計測器", "はかる きかい", "meter")
      case .plc: ("設備の制御装置", "せつびの きかい", "control unit")
      case .hmi: ("設備の操作画面", "せつびの がめん", "control screen")
      case .buildingController: ("建物の制御装置", "たてものの きかい", "building control unit")
      case .server: ("サーバー", "サーバー", "server")
      case .unknown: ("機器", "きかい", "device")
      }
    return switch language {
    case .ja: words.ja
    case .easyJa: words.easy
    case .en: words.en
    }
  }
}
