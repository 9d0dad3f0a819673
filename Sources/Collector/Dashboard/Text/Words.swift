package import Wording
import Posture

/// The words of the pages, in the reader's language.
package struct Words: Hashable, Sendable {
  package var language: Language

  package init(_ language: Language) {
    self.language = language
  }

  package func callAsFunction(_ en: String, _ ja: String) -> String { language == .ja ? ja : en }

  /// The better of a browser's languages (RFC 9110, section 12.5.4); English where it wants neither.
  package static func preferred(_ header: String?) -> Language {
    var best: (language: Language, weight: Double) = (.en, 0)
    for entry in (header ?? "").split(separator: ",").prefix(20) {
      let parts = entry.split(separator: ";").map { $0.drop { $0 == " " } }
      guard let tag = parts.first?.lowercased() else { continue }
      let weight =
        parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      let language: Language? = tag.hasPrefix("ja") ? .ja : tag.hasPrefix("en") ? .en : nil
      if let language, weight > best.weight { best = (language, weight) }
    }
    return best.language
  }

  func severity(_ severity: Severity) -> String {
    switch severity {
    case .critical: self("critical", "緊急")
    case .high: self("high", "高")
    case .medium: self("medium", "中")
    case .low: self("low", "低")
    case .info: self("info", "参考")
    }
  }

  /// A point of time for people, in UTC to the minute.
  func time(_ time: WallTime?) -> HTML {
    guard let time else { return "–" }
    let full = time.wholeSeconds.description
    let (day, clock) = (full.prefix(10), full.dropFirst(11).prefix(5))
    return "<time datetime=\"\(full)\">\(String(day)) \(String(clock)) UTC</time>"
  }

  /// A stretch of time in its largest fitting unit.
  func span(_ duration: Duration) -> String {
    let seconds = duration.components.seconds
    switch seconds {
    case ..<120: return self("\(seconds) s", "\(seconds) 秒")
    case ..<7200: return self("\(seconds / 60) min", "\(seconds / 60) 分")
    case ..<172_800: return self("\(seconds / 3600) h", "\(seconds / 3600) 時間")
    default: return self("\(seconds / 86_400) days", "\(seconds / 86_400) 日")
    }
  }

  func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  func kind(_ kind: DeviceKind?) -> String {
    switch kind {
    case .router: self("router", "ルーター")
    case .accessPoint: self("access point", "アクセスポイント")
    case .camera: self("camera", "カメラ")
    case .recorder: self("recorder", "録画機")
    case .printer: self("printer", "プリンター")
    case .nas: "NAS"
    case .tv: self("TV", "テレビ")
    case .speaker: self("speaker", "スピーカー")
    case .phone: self("phone", "電話")
    case .computer: self("computer", "パソコン")
    case .hub: self("smart home hub", "スマートホームハブ")
    case .appliance: self("appliance", "家電")
    case .meter: self("meter", "計測器")
    case .plc: self("PLC", "制御装置（PLC）")
    case .hmi: self("control panel", "操作画面（HMI）")
    case .buildingController: self("building controller", "ビル制御装置")
    case .server: self("server", "サーバー")
    case .unknown, nil: self("unknown", "不明")
    }
  }
}
