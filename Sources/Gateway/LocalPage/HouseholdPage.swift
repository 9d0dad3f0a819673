package import Posture
package import Wording

/// The page of a paired browser: what was found, one button for each thing the gateway can do about it, and how to take it back.
package struct HouseholdPage {
  /// A port that is kept closed.
  package struct Closed: Hashable, Sendable {
    package var id: String
    package var port: String
    /// What its trial is made to last by; `nil` where it is no trial that this page began.
    package var plan: String?
    /// Seconds until it opens by itself; `nil` where it does not.
    package var seconds: Int?

    package init(id: String, port: String, plan: String? = nil, seconds: Int? = nil) {
      self.id = id
      self.port = port
      self.plan = plan
      self.seconds = seconds
    }
  }

  /// A notice of the provider.
  package struct Note: Hashable, Sendable {
    package var code: String
    package var isSafe: Bool
    /// What it is about, in our own words; a text of others never stands on this page.
    package var about: [String]

    package init(code: String, isSafe: Bool, about: [String]) {
      self.code = code
      self.isSafe = isSafe
      self.about = about
    }
  }

  package var summary: SiteSummary
  /// What the forms hold; see ``PageSessions/formToken(_:)``.
  package var token: String
  /// The findings that the gateway can close something about.
  package var closable: Set<String> = []
  /// The settings pages of devices, by their numbers.
  package var ownPages: [Int: String] = [:]
  package var closed: [Closed] = []
  package var notes: [Note] = []
  /// What became of what was pressed last, and whether that was not what was wanted.
  package var told: (text: LocalizedText, isBad: Bool)?
  /// Whether something is being done, so that nothing can be pressed.
  package var isBusy = false
  /// Whether it is being found out what can be closed, and was never before.
  package var isLooking = false

  package init(_ summary: SiteSummary, token: String) {
    self.summary = summary
    self.token = token
  }

  package var rendered: String {
    let pieces = SitePieces(summary)
    return PageFrame(language: summary.language, refresh: isBusy || isLooking ? 2 : nil).rendered(
      """
      <p class="when">\(HTML.text(pieces.when))</p>
      \(message)\(pieces.grade)\(noteList)\(closedList)
      <section>
      <h2>\(words("What to do", "していただきたいこと"))</h2>
      \(pieces.tasks(buttons))
      </section>
      <section>
      <h2>\(words("Every device", "機器の一覧"))</h2>
      <div class="scroll" tabindex="0" role="region" aria-label="\(words("Every device", "機器の一覧"))">\(pieces.devices)</div>
      </section>
      <section class="screen">
      \(button(.look, "", words("Look again now", "もう一度調べる")))
      \(button(.leave, "", words("Forget this browser", "このブラウザーの登録をやめる"), isPlain: true))
      </section>
      """)
  }

  private var message: String {
    if isBusy {
      return PageFrame.told(
        words(
          "It is being done. This page shows by itself what came of it.", "実行しています。結果はこのページに自動で表示します。"))
    }
    return told.map { PageFrame.told($0.text[summary.language], isBad: $0.isBad) } ?? ""
  }

  private var noteList: String {
    guard !notes.isEmpty else { return "" }
    let rows = notes.map { note in
      let state =
        note.isSafe
        ? words("Checked again, and safe.", "もう一度確かめました。安全です。")
        : note.about.joined(separator: words(", ", "、"))
      return "<li class=\"note\"><p class=\"code\">\(HTML.text(note.code))</p><p>\(HTML.text(state))</p></li>"
    }
    return """
      <section>
      <h2>\(words("Notices of your provider", "プロバイダーからのお知らせ"))</h2>
      <p>\(words(
        "A letter, mail or call about your network that names one of these codes is real. Nobody who is real asks for a password or a payment.",
        "次の確認番号が書かれた（または電話で伝えられた）お知らせは本物です。パスワードやお支払いを求めるものは、番号があっても本物ではありません。"))</p>
      <ul class="tasks">\(rows.joined())</ul>
      </section>
      """
  }

  private var closedList: String {
    guard !closed.isEmpty else { return "" }
    let rows = closed.map { entry in
      let state =
        entry.seconds.map { seconds in
          let minutes = (seconds + 59) / 60
          return words(
            "On trial: opens again by itself in \(minutes) min, unless you keep it closed.",
            "お試し中です。このままだと、あと約 \(minutes) 分で自動的に元に戻ります。")
        } ?? words("Stays closed.", "閉じたままにします。")
      let keep =
        entry.plan.map { button(.keep, $0, words("All works: keep it closed", "問題ないので閉じたままにする")) } ?? ""
      return
        "<li class=\"note\"><h3>\(HTML.text(entry.port))</h3><p>\(state)</p>\(keep)"
        + "\(button(.open, entry.id, words("Open it again", "元に戻す（開く）"), isPlain: true))</li>"
    }
    return """
      <section>
      <h2>\(words("Closed to the Internet", "インターネットから閉じたもの"))</h2>
      <ul class="tasks">\(rows.joined())</ul>
      </section>
      """
  }

  /// What can be pressed about a thing to do; for what has to be done at the device, the way there.
  private func buttons(_ task: SiteSummary.Task) -> String {
    let findings = task.findings.filter(closable.contains)
    let several = findings.count > 1
    let all = findings.map { finding in
      let port = several ? " (\(finding.split(separator: ":").last ?? ""))" : ""
      return button(
        .close, finding, words("Keep strangers out\(port)", "外から入れないようにする\(port)"))
    }
    if !all.isEmpty {
      return all.joined()
        + "<p class=\"small screen\">"
        + words(
          "Closes it to the Internet for ten minutes on trial. In the house it works as before.",
          "まず 10 分間、インターネットから閉じてみます。家の中ではこれまでどおり使えます。") + "</p>"
    }
    return task.device.flatMap { ownPages[$0] }.map { place in
      "<p class=\"small\">\(words("Its settings page:", "設定画面:")) <a rel=\"noreferrer\" href=\"\(HTML.text(place))\">\(HTML.text(place))</a></p>"
    } ?? ""
  }

  private func button(
    _ button: PageRequest.Press.Button, _ id: String, _ text: String, isPlain: Bool = false
  ) -> String {
    guard !isBusy else { return "" }
    return "<form method=\"post\" action=\"/press\"><input type=\"hidden\" name=\"token\" value=\"\(token)\">"
      + (id.isEmpty ? "" : "<input type=\"hidden\" name=\"id\" value=\"\(HTML.text(id))\">")
      + "<button\(isPlain ? " class=\"plain\"" : "") name=\"do\" value=\"\(button.rawValue)\">\(HTML.text(text))</button></form>"
  }

  private func words(_ en: String, _ ja: String) -> String {
    LocalizedText(ja: ja, en: en)[summary.language]
  }
}
