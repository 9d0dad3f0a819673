import Posture
import Wording

/// What the pages have in common that people of the house read: the grade, and every device.
package struct SitePieces {
  private let summary: SiteSummary

  package init(_ summary: SiteSummary) {
    self.summary = summary
  }

  package var when: String {
    let day = summary.scanned.map { minute($0) } ?? words("never", "なし")
    let networks = summary.networks.joined(separator: ", ")
    return words("Looked at on \(day) UTC: \(networks)", "調査日時 \(day)（協定世界時）　範囲 \(networks)")
  }

  private func minute(_ time: WallTime) -> String {
    String(time.description.prefix(16)).replacing("T", with: " ")
  }

  package var grade: String {
    let letters: [Grade] = [.a, .b, .c, .d, .e]
    let scale = letters.map { letter in
      "<li\(letter == summary.grade ? " class=\"here\" aria-current=\"true\"" : "")>\(letter.rawValue)</li>"
    }.joined()
    return """
      <section class="grade">
      <p class="letter \(gradeStyle)">\(summary.grade == .unknown ? "–" : summary.grade.rawValue)</p>
      <div><p class="meaning">\(HTML.text(meaning))</p>
      <p>\(HTML.text(counts))</p>
      <ol class="scale">\(scale)</ol></div>
      </section>
      """
  }

  private var gradeStyle: String {
    switch summary.grade {
    case .a: "good"
    case .b: "note"
    case .c: "fair"
    case .d, .e: "bad"
    case .unknown: "absent"
    }
  }

  private var meaning: String {
    switch summary.grade {
    case .a: words("Nothing of importance is wrong.", "気になる点はありません。")
    case .b: words("Small things could be better.", "小さな改善点があります。")
    case .c: words("Something should be mended when there is time.", "時間のあるときに直すとよい点があります。")
    case .d: words("Something should be mended soon.", "早めに直していただきたい点があります。")
    case .e: words("Something should be mended at once.", "すぐに直していただきたい点があります。")
    case .unknown: words("Nothing was looked at yet.", "まだ調べていません。")
    }
  }

  private var counts: String {
    let devices = summary.devices.count
    let tasks = summary.tasks.count
    let decided =
      summary.decided == 0
      ? "" : words(" Known and accepted: \(summary.decided).", "了承済みは \(summary.decided) 件です。")
    let whole =
      summary.complete
      ? "" : words(" The look was interrupted: there may be more.", "調査が途中で終わったため、ほかにもある可能性があります。")
    return words(
      "\(devices) devices, \(tasks) things to do.\(decided)\(whole)",
      "機器 \(devices) 台、していただきたいこと \(tasks) 件。\(decided)\(whole)")
  }

  /// What is to be done; `more` adds to each of them.
  package func tasks(_ more: (SiteSummary.Task) -> String = { _ in "" }) -> String {
    guard !summary.tasks.isEmpty else {
      return "<p>\(words("Nothing. Thank you.", "ありません。"))</p>"
    }
    return "<ol class=\"tasks\">" + summary.tasks.map { task($0, more($0)) }.joined(separator: "\n") + "</ol>"
  }

  private func task(_ task: SiteSummary.Task, _ more: String) -> String {
    let thing = task.device.flatMap { number in summary.devices.first { $0.number == number } }
    let name = thing.map { [$0.kind, $0.name].compactMap(\.self).joined(separator: " ") } ?? ""
    let device = task.device.map { "<b>\($0)</b> " } ?? ""
    return """
      <li class="\(SeverityStyle.name(of: task.severity))">
      <p class="state">\(HTML.text(SeverityStyle.mark(of: task.severity)[summary.language]))</p>
      <h3>\(HTML.text(task.title))</h3>
      <p class="where">\(device)\(HTML.apart(name)) <span class="place">\(HTML.apart(task.place ?? ""))</span></p>
      <p>\(HTML.text(task.reason))</p>
      <p class="remedy">\(HTML.text(task.remedy))</p>\(more)
      </li>
      """
  }

  package var devices: String {
    let heads = [
      words("No.", "番号"), words("Device", "機器"), words("Name", "名前"), words("Address", "アドレス"),
      words("Open", "窓口"), words("Result", "結果"),
    ]
    let head = heads.map { "<th scope=\"col\">\($0)</th>" }.joined()
    let rows = summary.devices.map { thing in
      let state =
        thing.absent
        ? words("not seen this time", "今回は見つからず") : SeverityStyle.mark(of: thing.worst)[summary.language]
      return
        "<tr><td class=\"number\">\(thing.number)</td><td>\(HTML.text(thing.kind))</td><td>\(HTML.apart(thing.name ?? ""))</td>"
        + "<td>\(HTML.apart(thing.address ?? ""))</td><td class=\"number\">\(thing.services)</td>"
        + "<td class=\"state \(thing.absent ? "absent" : SeverityStyle.name(of: thing.worst))\">\(HTML.text(state))</td></tr>"
    }
    let caption = words("By number, as above", "番号は上の一覧と同じです")
    return
      "<table><caption>\(caption)</caption><thead><tr>\(head)</tr></thead><tbody>\n\(rows.joined(separator: "\n"))\n</tbody></table>"
  }

  private func words(_ en: String, _ ja: String) -> String {
    LocalizedText(ja: ja, en: en)[summary.language]
  }
}
