import FleetContract
import FleetStore
import Posture

/// What of the fleet is looked for.
struct FleetQuestion: Hashable, Sendable {
  enum State: String, CaseIterable {
    case online, offline, lost, revoked, unknown
  }

  /// With what a gateway's name or address, or a device's name, begins.
  var text = ""
  var group = ""
  var state: State?
  var grade: Grade?

  init(_ query: [String: String]) {
    text = String((query["q"] ?? "").prefix(64))
    group = String((query["group"] ?? "").prefix(64))
    state = query["state"].flatMap(State.init)
    grade = query["grade"].flatMap(Grade.init)
  }

  var fields: [(String, String)] {
    [("q", text), ("group", group), ("state", state?.rawValue ?? ""), ("grade", grade?.rawValue ?? "")]
  }
}

/// The gateways, searched and filtered.
struct FleetPage {
  var gateways: [GatewayOverview]
  var groups: [String]
  var question: FleetQuestion
  var part: ListPart
  /// Who is on line where; empty beside a search or a later part.
  var regions: [RegionView] = []

  func page(_ w: Words) -> Page {
    let rows: [[HTML]] = gateways.map { gateway in
      let counts = Severity.allCases.reversed().compactMap { severity -> String? in
        gateway.posture?.findings[severity].map { "\(w.severity(severity)) \($0)" }
      }
      return [
        w.gatewayLink(gateway.gateway), .foreign(gateway.enrolment?.group),
        "\(w.online(gateway))", "\(gateway.posture?.grade.rawValue ?? "–")",
        "\(counts.isEmpty ? "–" : counts.joined(separator: ", "))", .foreign(gateway.agent, limit: 32),
        w.time(gateway.lastReceived),
      ]
    }
    let table = DataTable(
      w("Gateways", "ゲートウェイ"),
      [
        w("Gateway", "ゲートウェイ"), w("Group", "グループ"), w("State", "状態"), w("Grade", "評価"),
        w("Open findings", "未解消"), w("Agent", "エージェント"), w("Heard last", "最終受信"),
      ], rows: rows)
    return Page(
      title: w("Gateways", "ゲートウェイ"),
      body: """
        \(form(w))
        \(regions.isEmpty ? "" : RegionsPage(regions: regions).fold(w))
        \(table.html(w))
        \(w.pages(part, "/gateways", question.fields))
        """, section: .gateways, isLive: !regions.isEmpty)
  }

  private func form(_ w: Words) -> HTML {
    let states: [(String, String)] = [
      ("", w("any", "すべて")), ("online", w("on line", "オンライン")), ("offline", w("off line", "オフライン")),
      ("lost", w("lost", "切断")), ("revoked", w("revoked", "失効")), ("unknown", w("not heard of", "未接続")),
    ]
    let grades = [("", w("any", "すべて"))] + Grade.allCases.map { ($0.rawValue, $0.rawValue) }
    return """
      <form method="get" action="/gateways" role="search" class="filter">
      <p><label for="q">\(w("Name or address begins with", "名前・アドレスの先頭"))</label> <input id="q" name="q" type="search" maxlength="64" value="\(question.text)"></p>
      \(Select(w("Group", "グループ"), "group", [("", w("any", "すべて"))] + groups.map { ($0, $0) }, chosen: question.group).html)
      \(Select(w("State", "状態"), "state", states, chosen: question.state?.rawValue ?? "").html)
      \(Select(w("Grade", "評価"), "grade", grades, chosen: question.grade?.rawValue ?? "").html)
      <p><button>\(w("Show", "表示"))</button></p>
      </form>
      """
  }
}

/// A choice in a form.
struct Select {
  var label: String
  var name: String
  var options: [(value: String, text: String)]
  var chosen: String

  init(_ label: String, _ name: String, _ options: [(value: String, text: String)], chosen: String) {
    self.label = label
    self.name = name
    self.options = options
    self.chosen = chosen
  }

  var html: HTML {
    let lines: [HTML] = options.map { option in
      let mark: HTML = option.value == chosen ? " selected" : ""
      return "<option value=\"\(option.value)\"\(mark)>\(ForeignText.line(option.text, limit: 64))</option>"
    }
    return
      "<p><label for=\"\(name)\">\(label)</label> <select id=\"\(name)\" name=\"\(name)\">\(lines)</select></p>"
  }
}
