import Addresses
import Correlate
import FleetStore
import Posture

/// How often inside and outside say the same, and where they do not.
struct AgreementPage {
  var matrix: AgreementMatrix
  /// Services on which the two do not agree.
  var services: [JoinedService]

  /// Services that are listed; the matrix counts all.
  static let limit = 200

  func page(_ w: Words) -> Page {
    let states = Look.State.allCases
    let rows: [[HTML]] = states.map { inside in
      ["\(w.look(inside))"] + states.map { "\(matrix[inside: inside, outside: $0])" as HTML }
    }
    var table = DataTable(
      w("What the gateway says (rows) and what is seen from outside (columns)", "ゲートウェイの報告（行）と外側からの確認（列）"),
      [w("Inside \\ outside", "内側 \\ 外側")] + states.map { w.look($0) }, rows: rows)
    table.showsCaption = true
    var facts = FactList()
    facts.add(w("Both looked, and agree", "両方で確認した一致率"), "\(matrix.agreement.map { w.percent($0) } ?? "–")")
    facts.add(w("Outside alone would have missed", "外側だけでは見落とし"), "\(matrix.missedByOutside)")
    facts.add(w("Inside alone would have missed", "内側だけでは見落とし"), "\(matrix.missedByInside)")
    let list: [[HTML]] = services.map { service in
      [
        w.gatewayLink(service.gateway), "\(service.service.description)",
        "\(service.protocol?.rawValue ?? "–")", "\(w.look(service.inside.state))",
        "\(w.look(service.outside.state))", "\(w.agreement(service.agreement))", w.time(service.since),
      ]
    }
    let differences = DataTable(
      w("Where they differ", "一致しない箇所"),
      [
        w("Gateway", "ゲートウェイ"), w("Port", "ポート"), w("Protocol", "プロトコル"), w("Inside", "内側"),
        w("Outside", "外側"), w("Together", "突き合わせ"), w("Since", "開始"),
      ], rows: list)
    return Page(
      title: w("Inside and outside", "内側と外側"),
      body: """
        \(table.html(w))
        \(facts.html)
        <h2>\(w("Where they differ", "一致しない箇所"))</h2>
        \(differences.html(w))
        """, section: .agreement)
  }
}
