/// What one address shows, without what stands around it.
struct Page: Sendable {
  var title: String
  var body: HTML
  /// Where it belongs in the menu.
  var section: Section?
  /// Whether the script that keeps it live is wanted.
  var isLive = false

  /// The parts of the menu, in their order.
  enum Section: String, CaseIterable {
    case overview = "/"
    case gateways = "/gateways"
    case findings = "/findings"
    case regions = "/regions"
    case agreement = "/agreement"
    case campaigns = "/campaigns"
    case notices = "/notices"
    case audit = "/audit"

    func title(_ w: Words) -> String {
      switch self {
      case .overview: w("Overview", "概要")
      case .gateways: w("Gateways", "ゲートウェイ")
      case .findings: w("Findings", "検出事項")
      case .regions: w("Regions", "地域")
      case .agreement: w("Inside and outside", "内側と外側")
      case .campaigns: w("Campaigns", "スキャン計画")
      case .notices: w("Notices", "通知と試験")
      case .audit: w("Audit log", "監査ログ")
      }
    }

    func isFor(_ access: Access) -> Bool {
      switch self {
      case .campaigns, .notices: access.may(.provider)
      case .audit: access.may(.audit)
      default: true
      }
    }
  }
}
