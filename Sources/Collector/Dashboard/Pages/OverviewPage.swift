import Casework
import FleetStore
import Posture

/// The fleet at a glance.
struct OverviewPage {
  var overview: FleetSummary

  func page(_ w: Words) -> Page {
    var facts = FactList()
    facts.add(w("Gateways", "ゲートウェイ"), "\(overview.gateways)")
    facts.add(w("On line", "オンライン"), "\(overview.online)")
    facts.add(w("Lost", "切断"), "\(overview.lost)")
    facts.add(w("Open findings", "未解消の検出事項"), "\(overview.open)")
    facts.add(w("Ports seen open from outside", "外から開放が見えるポート"), "\(overview.outside)")
    let severities: [[HTML]] = Severity.allCases.reversed().map { severity in
      let count = overview.severities[severity] ?? 0
      let path = FormAddress.query("/findings", [("severity", severity.rawValue)])
      return [w.badge(severity), "<a href=\"\(path)\">\(count)</a>"]
    }
    let time = overview.timeToClose
    var closing = FactList()
    closing.add(w("Closed", "解消"), "\(time.closed)")
    closing.add(w("Still open", "未解消"), "\(time.open)")
    closing.add(
      w("Half are closed within", "半数が解消されるまで"),
      "\(time.quantile(0.5).map(w.span) ?? w("not reached yet", "まだ到達していません"))")
    closing.add(
      w("Closed within 14 days", "14日以内の解消率"), "\(w.percent(time.closedWithin(.seconds(14 * 86_400))))")
    return Page(
      title: w("Overview", "概要"),
      body: """
        \(w.asOf(overview.asOf))
        \(facts.html)
        <h2>\(w("Open findings by severity", "重大度別の未解消件数"))</h2>
        \(DataTable(w("Open findings by severity", "重大度別の未解消件数"), [w("Severity", "重大度"), w("Open", "未解消")], rows: severities).html(w))
        <h2>\(w("Found and closed, day by day", "日ごとの検出と解消"))</h2>
        \(DayPicture(days: overview.days, today: overview.today).html(w))
        <h2>\(w("How long until findings are closed", "解消までの時間"))</h2>
        \(closing.html)
        \(ClosingPicture(time: time).html(w))
        """, section: .overview)
  }
}
