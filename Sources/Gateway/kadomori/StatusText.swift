import Agent
import FleetContract
import Posture
import PowerLoss
import Stagger
import Wording

/// The status as a person reads it.
struct StatusText {
  private let document: StatusDocument
  private let terminal = Terminal(1)
  private let language = Terminal.language

  init(_ document: StatusDocument) {
    self.document = document
  }

  var rendered: String {
    var lines = [
      row(words("agent", "エージェント"), agent, document.running ? .green : .red),
      row(words("gateway", "ゲートウェイ"), document.gateway ?? words("not named yet", "未設定")),
      row(
        words("grade", "評価"),
        document.grade == .unknown ? words("not known yet", "まだ不明") : document.grade.rawValue),
    ]
    if document.lans.isEmpty {
      lines.append(row("LAN", words("none configured: nothing is scanned", "設定なし（何も調べません）")))
    }
    lines += document.lans.map { row($0.interface, lan($0)) }
    if let enrolment = document.enrolment {
      lines.append(row(words("enrolled with", "登録先"), self.enrolment(enrolment)))
    }
    lines.append(uplink)
    if let flash = document.flash { lines.append(row(words("flash", "書き込み"), self.flash(flash))) }
    lines += (document.commands ?? []).suffix(3).map { row(words("command", "指示"), command($0)) }
    lines += document.problems.map { row(words("problem", "問題"), $0, .red) }
    if !document.steps.isEmpty {
      lines.append("")
      lines.append(terminal.styled(words("Next", "次にすること"), .bold))
      lines += document.steps.flatMap { step in
        TextWidth.wrap(step[language], to: room(beside: 4)).enumerated().map { index, line in
          (index == 0 ? "  • " : "    ") + line
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The row that tells of the session with the collector.
  var uplink: String { row(words("reports to", "報告先"), broker) }

  private func words(_ en: String, _ ja: String) -> String { LocalizedText(ja: ja, en: en)[language] }

  /// The columns left beside others; elsewhere than on a terminal lines stay whole, for whoever looks for words in them.
  private func room(beside columns: Int) -> Int {
    terminal.isTerminal ? max(20, terminal.columns - columns) : Int.max
  }

  /// A label, and beside it a text in as many lines as the terminal asks for.
  private func row(_ name: String, _ value: String, _ style: Terminal.Style? = nil) -> String {
    let wrapped = TextWidth.wrap(value, to: room(beside: 16))
    return wrapped.enumerated().map { index, line in
      "\(TextWidth.fit(index == 0 ? name : "", to: 14))  \(terminal.styled(line, style))"
    }.joined(separator: "\n")
  }

  private var agent: String {
    document.running
      ? words("running", "動作中") + ", \(document.version)"
        + (start.map { words(", started \($0)", "、\($0)") } ?? "")
      : words("not running (what follows is from disk)", "停止中（以下は保存された情報です）")
  }

  private func lan(_ lan: StatusDocument.LAN) -> String {
    var parts: [String] = []
    if lan.scanning { parts.append(words("scanning now", "調査中")) }
    if let time = lan.lastScan, let devices = lan.devices, let findings = lan.findings {
      let worst = lan.worst.map { words(" (worst: \($0.rawValue))", "（最大: \($0.rawValue)）") } ?? ""
      parts.append(
        words(
          "\(devices) devices, \(findings) findings\(worst), seen \(time)",
          "機器 \(devices) 台、指摘 \(findings) 件\(worst)、\(time)"))
      if lan.complete == false { parts.append(words("interrupted", "中断")) }
    } else {
      parts.append(words("not scanned yet", "未調査"))
    }
    if let seconds = lan.nextScanInSeconds, !lan.scanning {
      parts.append(words("next scan in \(span(seconds))", "次回まで \(span(seconds))"))
    }
    return parts.joined(separator: "; ")
  }

  private func flash(_ flash: StatusDocument.Flash) -> String {
    func megabytes(_ bytes: Int) -> String { "\(bytes / 1_000_000).\(bytes / 100_000 % 10) MB" }
    let (written, limit) = (megabytes(flash.writtenBytes), megabytes(flash.limitPerDay))
    return words(
      "\(written) written in \(span(flash.seconds)), at most \(limit) a day",
      "\(span(flash.seconds)) で \(written)（1 日に最大 \(limit)）")
  }

  private func enrolment(_ enrolment: StatusDocument.Enrolment) -> String {
    let group = enrolment.group.map { words(", group \($0)", "、グループ \($0)") } ?? ""
    let until = enrolment.certificateExpires.map { words(", until \($0)", "、\($0) まで") } ?? ""
    return enrolment.collector + group + until
  }

  private func command(_ command: StatusDocument.Command) -> String {
    let state: String =
      switch command.state {
      case .accepted: words("accepted", "受付済み")
      case .running: words("running", "実行中")
      case .done: words("done", "完了")
      case .failed: words("failed", "失敗")
      case .rolledBack: words("rolled back", "取り消し済み")
      case .expired: words("came too late", "期限切れ")
      case .refused: words("refused", "拒否")
      }
    let reason = command.reason.map { " (\($0))" } ?? ""
    return "\(command.verb.rawValue): \(state)\(reason), \(command.time)"
  }

  private var broker: String {
    let address = document.broker.address ?? ""
    let queued =
      document.queued > 0 ? words("; \(document.queued) records wait", "（未送信 \(document.queued) 件）") : ""
    let state: String =
      switch document.broker.state {
      case .notConfigured where document.withdrawn?.contains { $0.purpose == .report } == true:
        words("nobody: the consent was withdrawn", "なし（同意が取り消されています）")
      case .notConfigured where !address.isEmpty: words("\(address), as configured", "\(address)（設定）")
      case .notConfigured: words("nobody: no broker is configured", "なし（broker の設定がありません）")
      case .resolving: words("\(address): looking up its address", "\(address): アドレスを検索中")
      case .connecting: words("\(address): connecting", "\(address): 接続中")
      case .connected: words("\(address): connected", "\(address): 接続済み")
      case .holding: "\(address): \(hold)"
      case .waiting:
        words(
          "\(address): not connected, trying again in \(span(document.broker.retryInSeconds ?? 0))",
          "\(address): 未接続、再試行まで \(span(document.broker.retryInSeconds ?? 0))")
      }
    return state + queued
  }

  private var hold: String {
    let time = span(document.broker.retryInSeconds ?? 0)
    return document.broker.waitsFor == .wanReturn
      ? words("connecting in \(time) (spread after an outage)", "\(time)後に接続（回線復旧の集中を避けるため待機中）")
      : words(
        "connecting in \(time) (power-restoration spread)", "\(time)後に接続（停電復旧の集中を避けるため待機中）")
  }

  private var start: String? {
    switch document.start?.cause {
    case .powerLoss: words("after power was lost", "停電からの復帰") + neighbours
    case .crash: words("after a crash of the system", "システム障害からの復帰")
    case .firstStart, .restart, .reboot, nil: nil
    }
  }

  /// What the devices of the LAN did when power was lost.
  private var neighbours: String {
    guard let lan = document.start?.lan else { return "" }
    switch lan.verdict {
    case .listening:
      return words(
        " (\(lan.startedAnew) of \(lan.known) devices known before came up with it so far)",
        "（既知の機器 \(lan.known) 台のうち、これまでに \(lan.startedAnew) 台が同時に起動）")
    case .startedAnew:
      return words(
        " (\(lan.startedAnew) of \(lan.known) devices known before came up with it)",
        "（既知の機器 \(lan.known) 台のうち \(lan.startedAnew) 台も同時に起動）")
    case .stayedUp:
      return words(
        " here alone, as it seems: \(lan.stayedUp) of \(lan.known) devices known before had stayed up",
        "（既知の機器 \(lan.known) 台のうち \(lan.stayedUp) 台は動き続けており、このゲートウェイだけの電源断とみられます）")
    case .unclear: return ""
    }
  }

  private func span(_ seconds: Int64) -> String {
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")]
    let shown = parts.drop { $0.0 == 0 }.prefix(2).map { "\($0.0) \($0.1)" }
    return shown.isEmpty ? "0 s" : shown.joined(separator: " ")
  }
}
