import Casework
import Checks
import FleetContract
import FleetStore
import Posture

/// Which findings are looked for.
struct FindingFilter: Hashable, Sendable {
  enum Which: String, CaseIterable {
    /// What is not closed, and nobody has decided about.
    case open
    case decided, closed, all
  }

  var which = Which.open
  var severity: Severity?
  var group = ""
  /// A part of the name of the check or the gateway.
  var text = ""

  init() {}

  init(_ query: [String: String]) {
    which = query["which"].flatMap(Which.init) ?? .open
    severity = query["severity"].flatMap(Severity.init)
    group = String((query["group"] ?? "").prefix(64))
    text = String((query["q"] ?? "").prefix(64))
  }

  var fields: [(String, String)] {
    [
      ("q", text), ("group", group), ("severity", severity?.rawValue ?? ""),
      ("which", which == .open ? "" : which.rawValue),
    ]
  }

  func admits(_ record: FindingRecord, now: WallTime) -> Bool {
    if let severity, record.finding.severity != severity { return false }
    if !group.isEmpty, record.group != group { return false }
    let isClosed = record.life?.isClosed ?? !record.isOpen
    let isDecided = record.isDecided(at: now)
    let isIt =
      switch which {
      case .open: !isClosed && !isDecided
      case .decided: !isClosed && isDecided
      case .closed: isClosed
      case .all: true
      }
    guard isIt else { return false }
    let sought = text.lowercased()
    return sought.isEmpty || record.finding.check.lowercased().contains(sought)
      || record.gateway.text.contains(sought)
  }
}

/// The findings of many gateways, the most urgent first.
struct FindingsPage {
  var findings: [FindingRecord]
  var groups: [String]
  var filter: FindingFilter
  var page: String?

  func page(_ w: Words) -> Page {
    let paging = Paging(page, of: findings.count)
    let rows: [[HTML]] = paging.part(of: findings).map { record in
      let title = Checks.text(for: record.finding, w.language)?.title ?? record.finding.check
      return [
        w.findingLink(record, .foreign(title)), w.badge(record.finding.severity),
        w.gatewayLink(record.gateway),
        .foreign(record.group), "\(w.kind(record.kind))", "\(w.stage(record.life?.stage))",
        w.time(record.life?.present.detected),
      ]
    }
    let table = DataTable(
      w("Findings", "検出事項"),
      [
        w("Finding", "検出事項"), w("Severity", "重大度"), w("Gateway", "ゲートウェイ"), w("Group", "グループ"),
        w("Device", "機器"), w("Stage", "段階"), w("Found", "検出"),
      ], rows: rows)
    let which: [(String, String)] = [
      ("open", w("open", "未解消")), ("decided", w("accepted or muted", "受容・非表示")),
      ("closed", w("closed", "解消")), ("all", w("all", "すべて")),
    ]
    let severities =
      [("", w("any", "すべて"))] + Severity.allCases.reversed().map { ($0.rawValue, w.severity($0)) }
    return Page(
      title: w("Findings", "検出事項"),
      body: """
        <form method="get" action="/findings" role="search" class="filter">
        <p><label for="q">\(w("Check or gateway", "検査名・ゲートウェイ"))</label> <input id="q" name="q" type="search" maxlength="64" value="\(filter.text)"></p>
        \(Select(w("Group", "グループ"), "group", [("", w("any", "すべて"))] + groups.map { ($0, $0) }, chosen: filter.group).html)
        \(Select(w("Severity", "重大度"), "severity", severities, chosen: filter.severity?.rawValue ?? "").html)
        \(Select(w("Which", "対象"), "which", which, chosen: filter.which.rawValue).html)
        <p><button>\(w("Show", "表示"))</button></p>
        </form>
        \(table.html(w))
        \(w.pages(paging, "/findings", filter.fields))
        """, section: .findings)
  }
}
