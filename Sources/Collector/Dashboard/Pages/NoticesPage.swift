import Casework
import FleetStore
import Posture
import Trials

/// A trial with what it shows.
struct TrialOfPage: Sendable {
  var trial: StoredTrial
  var result: TrialResult
}

/// What people were told, and whether telling them helps.
struct NoticesPage {
  /// Steps of the last thirty days.
  var steps: [CaseStep.Kind: Int]
  var trials: [TrialOfPage]
  /// When the results of the trials were worked out.
  var asOf: WallTime

  func page(_ w: Words) -> Page {
    let kinds: [CaseStep.Kind] = [.notified, .returned, .acknowledged, .acted, .closed]
    let rows: [[HTML]] = kinds.map { ["\(w.step($0))", "\(steps[$0] ?? 0)"] }
    var table = DataTable(
      w("In the last 30 days", "直近30日間"), [w("What", "内容"), w("Count", "件数")], rows: rows)
    table.showsCaption = true
    return Page(
      title: w("Notices", "通知と試験"),
      body: """
        \(table.html(w))
        <h2>\(w("Experiments", "試験"))</h2>
        <p>\(w("Each arm beside those who were told nothing; closed within 14 days, with 95 % intervals.", "通知しなかった群との比較。14日以内の解消率と95 %信頼区間。"))</p>
        \(trials.isEmpty ? "" : w.asOf(asOf))
        \(trials.isEmpty ? "<p class=\"empty\">\(w("No experiment was begun.", "試験はまだありません。"))</p>" as HTML : "")
        \(trials.map { experiment($0.trial, $0.result, w) })
        """, section: .notices)
  }

  private func experiment(_ trial: StoredTrial, _ result: TrialResult, _ w: Words) -> HTML {
    var rows: [[HTML]] = [
      [
        "\(w("told nothing", "通知なし"))", "\(result.natural.total)", "\(w.percent(result.natural.share))",
        "\(result.naturalUnseen)", "–", "–",
      ]
    ]
    for effect in result.effects {
      let verdict =
        !effect.isShown
        ? w("nothing is shown: chance alone may explain it", "差は示されていません（偶然の範囲）")
        : effect.low > 0
          ? w("more is closed than by itself", "自然解消より多い") : w("less is closed than by itself", "自然解消より少ない")
      rows.append([
        .foreign(effect.arm, limit: 64), "\(effect.closed.total)", "\(w.percent(effect.closed.share))",
        "\(effect.unseen)",
        "\(w.percent(effect.difference)) (\(w.percent(effect.low)) – \(w.percent(effect.high)))",
        "\(verdict)",
      ])
    }
    let table = DataTable(
      trial.name,
      [
        w("Arm", "群"), w("Subscribers", "加入者数"), w("Closed", "解消"), w("Not heard of", "不明"),
        w("Difference", "差"), w("What it shows", "結論"),
      ], rows: rows)
    let state =
      trial.ended.map { w("ended", "終了") + " " + String($0.description.prefix(10)) } ?? w("runs", "実施中")
    return """
      <h3>\(HTML.foreign(trial.name, limit: 64)) – \(state)</h3>
      \(table.html(w))
      """
  }
}
