import Casework
import Checks
import FleetContract
import FleetStore
import Posture

/// Which findings are looked for.
struct FindingQuestion: Hashable, Sendable {
  /// What a reader chooses: what waits for somebody, everything, or one stage.
  enum Which: Hashable, Sendable {
    case open, all
    case stage(FindingCase.Stage)

    init?(_ text: String) {
      switch text {
      case "open": self = .open
      case "all": self = .all
      default:
        guard let stage = FindingCase.Stage(rawValue: text) else { return nil }
        self = .stage(stage)
      }
    }

    var text: String {
      switch self {
      case .open: "open"
      case .all: "all"
      case .stage(let stage): stage.rawValue
      }
    }
  }

  var which = Which.open
  var severity: Severity?
  var group = ""
  var check: String?

  init(_ query: [String: String]) {
    which = query["which"].flatMap(Which.init) ?? .open
    severity = query["severity"].flatMap(Severity.init)
    group = String((query["group"] ?? "").prefix(64))
    check = query["check"].flatMap { Checks.ids.contains($0) ? $0 : nil }
  }

  var fields: [(String, String)] {
    [
      ("group", group), ("severity", severity?.rawValue ?? ""), ("check", check ?? ""),
      ("which", which == .open ? "" : which.text),
    ]
  }

  /// The same for the store, of the groups that may be seen.
  func filter(among groups: [String]?) -> FindingFilter {
    var filter = FindingFilter(groups: groups, severity: severity, check: check, all: which == .all)
    if case .stage(let stage) = which { filter.stage = stage }
    return filter
  }
}

/// The findings of many gateways, the most urgent first.
struct FindingsPage {
  var findings: [FindingRecord]
  var groups: [String]
  var question: FindingQuestion
  var part: ListPart
  var now: WallTime

  func page(_ w: Words) -> Page {
    let rows: [[HTML]] = findings.map { record in
      let title = Checks.text(for: record.finding, w.language)?.title ?? record.finding.check
      return [
        w.findingLink(record, .foreign(title)), w.badge(record.finding.severity),
        w.gatewayLink(record.gateway),
        .foreign(record.group), "\(w.kind(record.kind))", "\(stage(record, w))",
        w.time(record.life?.present.detected),
      ]
    }
    let table = DataTable(
      w("Findings", "検出事項"),
      [
        w("Finding", "検出事項"), w("Severity", "重大度"), w("Gateway", "ゲートウェイ"), w("Group", "グループ"),
        w("Device", "機器"), w("Stage", "段階"), w("Found", "検出"),
      ], rows: rows)
    let which: [(String, String)] =
      [("open", w("waiting for somebody", "対応待ち")), ("all", w("all", "すべて"))]
      + FindingCase.Stage.allCases.map { ($0.rawValue, w.stage($0)) }
    let severities =
      [("", w("any", "すべて"))] + Severity.allCases.reversed().map { ($0.rawValue, w.severity($0)) }
    let checks =
      [("", w("any", "すべて"))]
      + Checks.all.map { ($0.id, Checks.text(for: $0.id, w.language)?.title ?? $0.id) }
    return Page(
      title: w("Findings", "検出事項"),
      body: """
        <form method="get" action="/findings" role="search" class="filter">
        \(Select(w("Group", "グループ"), "group", [("", w("any", "すべて"))] + groups.map { ($0, $0) }, chosen: question.group).html)
        \(Select(w("Severity", "重大度"), "severity", severities, chosen: question.severity?.rawValue ?? "").html)
        \(Select(w("Which", "対象"), "which", which, chosen: question.which.text).html)
        \(Select(w("Check", "検査"), "check", checks, chosen: question.check ?? "").html)
        <p><button>\(w("Show", "表示"))</button></p>
        </form>
        \(table.html(w))
        \(w.pages(part, "/findings", question.fields))
        """, section: .findings)
  }

  private func stage(_ record: FindingRecord, _ w: Words) -> String {
    let stage = w.stage(record.life?.stage)
    guard let decision = record.decision, record.isDecided(at: now) else { return stage }
    return stage + ", " + w.decision(decision.kind)
  }
}
