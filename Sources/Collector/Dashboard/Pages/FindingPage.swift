import Addresses
import Campaigns
import Casework
import Checks
import FleetContract
import FleetStore
import Posture

/// One finding with its life, and what can be done about it here.
struct FindingPage {
  var record: FindingRecord
  var now: WallTime

  func page(_ frame: Frame) -> Page {
    let w = frame.words
    let finding = record.finding
    let text = Checks.text(for: finding, w.language)
    var facts = FactList()
    facts.add(w("Severity", "重大度"), w.badge(finding.severity))
    facts.add(w("Stage", "段階"), stage(w))
    facts.add(w("Gateway", "ゲートウェイ"), w.gatewayLink(record.gateway))
    facts.add(w("Group", "グループ"), .foreign(record.group))
    facts.add(
      w("Device", "機器"), "<code>\(HTML.foreign(finding.device, limit: 64))</code> (\(w.kind(record.kind)))")
    facts.add(w("Port", "ポート"), .foreign(finding.service?.description))
    facts.add(w("Check", "検査"), "<code>\(HTML.foreign(finding.check, limit: 64))</code>")
    if let reason = text?.reason { facts.add(w("Why it matters", "なぜ問題か"), "\(reason)") }
    if let remedy = text?.remedy { facts.add(w("What to do", "対処"), "\(remedy)") }
    facts.add(w("From outside", "外側から"), "\(outside(w))")
    return Page(
      title: ForeignText.line(text?.title ?? finding.check),
      body: """
        \(facts.html)
        \(decision(w))
        <h2>\(w("Its life", "経過"))</h2>
        \(life(w))
        \(closings(w))
        \(forms(frame))
        """, section: .findings)
  }

  private func stage(_ w: Words) -> HTML {
    guard let life = record.life else { return "\(w("closed before its life was kept", "経過の記録開始前に解消"))" }
    let times = life.reopenings
    let again: HTML = times > 0 ? ", \(w("reopened \(times) times", "再発 \(times) 回"))" : ""
    return "\(w.stage(life.stage)), \(w("since", "開始")) \(w.time(life.since))\(again)"
  }

  private func outside(_ w: Words) -> String {
    guard let life = record.life else { return "–" }
    if life.isOpenOutside { return w("seen open", "開放を確認") }
    return life.present.isVerifiedOutside
      ? w("seen closed", "閉鎖を確認") : w("nobody has looked since it was found", "検出後は未確認")
  }

  private func decision(_ w: Words) -> HTML {
    guard let decision = record.decision else { return "" }
    let state =
      record.isDecided(at: now) ? w.decision(decision.kind) : w("decision no longer in force", "判断の期限切れ")
    return """
      <div class="note"><p><strong>\(state)</strong> – \(HTML.foreign(decision.by)), \(w("until", "期限")) \(w.time(decision.until))</p>
      <p>\(HTML.foreign(decision.reason))</p></div>
      """
  }

  private func life(_ w: Words) -> HTML {
    let rows: [[HTML]] = record.steps.map { step in
      [
        w.time(step.time), "\(w.step(step.kind))",
        step.by.map { .foreign($0) } ?? "\(w("the gateway", "ゲートウェイ"))", .foreign(step.detail),
      ]
    }
    return DataTable(
      w("Its life", "経過"), [w("When", "日時"), w("What", "内容"), w("By", "担当"), w("Detail", "詳細")], rows: rows
    ).html(w)
  }

  private func closings(_ w: Words) -> HTML {
    if record.closings.isEmpty { return "" }
    let rows: [[HTML]] = record.closings.map {
      [w.time($0.time), .foreign($0.closing, limit: 64), "\(w.closing($0.verdict.outcome))"]
    }
    return DataTable(
      w("Closings of its port", "ポート閉鎖の確認"), [w("When", "日時"), w("Closing", "閉鎖"), w("Seen", "結果")],
      rows: rows
    ).html(w)
  }

  private func forms(_ frame: Frame) -> HTML {
    guard let access = frame.access else { return "" }
    let path = FormAddress.path("gateways", record.gateway.text, "findings", record.finding.id)
    let isClosed = record.life?.isClosed ?? !record.isOpen
    var result: HTML = ""
    if access.may(.note), !isClosed { result += note(frame, path) }
    if access.may(.decide), !isClosed {
      result += record.isDecided(at: now) ? reopen(frame, path) : decide(frame, path)
    }
    return result
  }

  private func note(_ frame: Frame, _ path: String) -> HTML {
    let w = frame.words
    let steps: [CaseStep.Kind] = [.notified, .acknowledged, .acted]
    let choice = Select(
      w("What was done", "行ったこと"), "step", steps.map { ($0.rawValue, w.step($0)) },
      chosen: steps[0].rawValue)
    return """
      <h2>\(w("Note what was done", "対応を記録"))</h2>
      <form method="post" action="\(path)/steps" class="tall">\(frame.token)
      \(choice.html)
      <p><label for="detail">\(w("Detail (may stay empty)", "詳細（任意）"))</label> <input id="detail" name="detail" maxlength="160"></p>
      <p><button>\(w("Note", "記録"))</button></p>
      </form>
      """
  }

  private func decide(_ frame: Frame, _ path: String) -> HTML {
    let w = frame.words
    func day(_ days: Int64) -> String {
      String(WallTime(milliseconds: now.milliseconds + days * 86_400_000).description.prefix(10))
    }
    return """
      <h2>\(w("Accept or mute", "受容または非表示"))</h2>
      <p>\(w("It is listed again after the last day, or when it becomes worse.", "最終日を過ぎるか悪化すると再び一覧に表示されます。"))</p>
      <form method="post" action="\(path)/decision" class="tall">\(frame.token)
      <fieldset><legend>\(w("Decision", "判断"))</legend>
      <p><input type="radio" id="accepted" name="kind" value="accepted" required> <label for="accepted">\(w("accept: the risk is known and taken", "受容: リスクを承知で許容する"))</label></p>
      <p><input type="radio" id="muted" name="kind" value="muted"> <label for="muted">\(w("mute: it is not true here, or not worth telling", "非表示: 該当しない、または通知に値しない"))</label></p>
      </fieldset>
      <p><label for="reason">\(w("Reason", "理由"))</label> <input id="reason" name="reason" required maxlength="160"></p>
      <p><label for="until">\(w("Last day", "最終日"))</label> <input id="until" name="until" type="date" required min="\(day(1))" max="\(day(365))" value="\(day(90))"></p>
      <p><button>\(w("Decide", "決定"))</button></p>
      </form>
      """
  }

  private func reopen(_ frame: Frame, _ path: String) -> HTML {
    """
    <form method="post" action="\(path)/reopen" class="tall">\(frame.token)
    <p><button>\(frame.words("Take the decision back", "判断を取り消す"))</button></p>
    </form>
    """
  }
}
