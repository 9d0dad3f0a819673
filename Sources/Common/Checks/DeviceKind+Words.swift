package import Posture
package import Wording

extension DeviceKind {
  /// The kind as people call it.
  package var words: LocalizedText {
    switch self {
    case .router: LocalizedText(ja: "ルーター", en: "router")
    case .accessPoint: LocalizedText(ja: "無線アクセスポイント", en: "access point")
    case .camera: LocalizedText(ja: "カメラ", en: "camera")
    case .recorder: LocalizedText(ja: "録画機", en: "recorder")
    case .printer: LocalizedText(ja: "プリンター", en: "printer")
    case .nas: LocalizedText(ja: "NAS", en: "NAS")
    case .tv: LocalizedText(ja: "テレビ", en: "TV")
    case .speaker: LocalizedText(ja: "スピーカー", en: "speaker")
    case .phone: LocalizedText(ja: "電話", en: "phone")
    case .computer: LocalizedText(ja: "パソコン", en: "computer")
    case .hub: LocalizedText(ja: "ハブ・中継機", en: "hub")
    case .appliance: LocalizedText(ja: "家電・機器", en: "appliance")
    case .meter: LocalizedText(ja: "メーター・計測器", en: "meter")
    case .plc: LocalizedText(ja: "制御装置 (PLC)", en: "controller (PLC)")
    case .hmi: LocalizedText(ja: "操作パネル", en: "operator panel")
    case .buildingController: LocalizedText(ja: "ビル設備の制御装置", en: "building controller")
    case .server: LocalizedText(ja: "サーバー", en: "server")
    case .unknown: LocalizedText(ja: "種類不明の機器", en: "unknown device")
    }
  }
}
