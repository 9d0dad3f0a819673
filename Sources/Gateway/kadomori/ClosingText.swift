import Agent
import Exposures
import Firewall
import LinuxIO
import Posture
import Wording

/// Tells all there is to say about one closing: why, by what evidence, who, when, until when, and how to open it.
struct ClosingText {
  /// As it is kept closed now; `nil` where it is not.
  var closing: Closing?
  /// What happened to it, the oldest first.
  var changes: [ClosingChange]
  /// What the latest plan says of it.
  var entry: ClosingPlan.Entry?
  var language: Language

  private func words(_ en: String, _ ja: String) -> String { LocalizedText(ja: ja, en: en)[language] }

  /// `nil` where nothing is known of it.
  func rendered(_ id: String) -> String? {
    guard let target = closing?.target ?? changes.last?.target ?? entry?.target else { return nil }
    let side = target.side == .wan ? words("the Internet", "インターネット側") : words("the LAN", "LAN 側")
    let title =
      closing == nil
      ? words("\(target.port) can be reached from \(side)", "\(target.port) には\(side)から届きます")
      : words("\(target.port) is kept closed from \(side)", "\(target.port) を\(side)から閉じています")
    var rows = [(words("id", "番号"), id), (words("state", "状態"), state)]
    if case .device(let address) = target.place { rows.append((words("device", "機器"), "\(address)")) }
    if let owner = entry?.owner { rows.append((words("whose", "持ち主"), owner)) }
    rows += reasons.map { (words("why", "理由"), $0) }
    if let who = closing?.initiator ?? changes.last(where: { $0.event == .applied })?.initiator {
      rows.append((words("closed by", "閉じた人"), person(who)))
    }
    rows += changes.suffix(12).map { (words("when", "いつ"), line($0)) }
    if let kept = closing?.dropped {
      rows.append((words("kept out", "遮断"), words("\(kept) packets", "\(kept) パケット")))
    }
    rows += advice(id).map { (words("what to do", "対応"), $0) }
    if let veto = target.veto { rows.append((words("limit", "限界"), words(veto, Self.vetoed(target)))) }
    return Rows.render(title, rows, Terminal(1))
  }

  private var reasons: [String] {
    let names =
      closing?.reasons ?? changes.last { $0.reasons?.isEmpty == false }?.reasons ?? entry?.reasons ?? []
    return names.map { Reason(rawValue: $0)?.text[language] ?? $0 }
  }

  private var state: String {
    guard let closing else {
      return switch changes.last?.event {
      case .lapsed: words("open again: nobody confirmed the trial", "確定されず、再び開いています")
      case .rolledBack:
        words("opened at once: something was not reached any more", "届かなくなったものがあり、すぐに開き直しました")
      case .undone: words("open again: somebody opened it", "操作により、再び開いています")
      case .applied, .verified, .confirmed, .reasserted, .alarm:
        words("not closed now", "いまは閉じていません")
      case nil: entry.map { $0.verdict.words[language] } ?? ""
      }
    }
    switch (closing.hold, closing.seconds) {
    case (.trial, let left):
      return words(
        "on trial: the kernel opens it in \(left ?? 0) s unless it is confirmed",
        "試用中: 確定しなければ \(left ?? 0) 秒後にカーネルが開きます")
    case (.confirmed, nil):
      return words("confirmed: closed until it is undone", "確定: 取り消すまで閉じています")
    case (.confirmed, let left?):
      let days = (left + 86_399) / 86_400
      return words(
        "confirmed: renewed daily, and open after \(days) days without Kadomori",
        "確定: 毎日更新し、門守が動かなければ \(days) 日で開きます")
    }
  }

  private func advice(_ id: String) -> [String] {
    guard let closing else {
      return entry?.verdict == .now
        ? [words("to close it: kadomori close \(id)", "閉じるには: kadomori close \(id)")] : []
    }
    let open = words("to open it: kadomori undo \(id)", "開くには: kadomori undo \(id)")
    guard closing.hold == .trial else { return [open] }
    return [
      words(
        "to keep it closed: kadomori confirm \(closing.plan)", "閉じたままにするには: kadomori confirm \(closing.plan)"),
      open,
    ]
  }

  private func line(_ change: ClosingChange) -> String {
    let event: LocalizedText =
      switch change.event {
      case .applied: LocalizedText(ja: "試しに閉じました", en: "closed on trial")
      case .verified: LocalizedText(ja: "閉じたあとも届くことを確かめました", en: "tried afterwards")
      case .confirmed: LocalizedText(ja: "確定しました", en: "confirmed")
      case .lapsed: LocalizedText(ja: "期限が切れて開きました", en: "lapsed")
      case .undone: LocalizedText(ja: "開きました", en: "opened")
      case .rolledBack: LocalizedText(ja: "届かなくなったため開き直しました", en: "opened at once")
      case .reasserted: LocalizedText(ja: "他のプログラムが取り除いたため、戻しました", en: "put back after others removed it")
      case .alarm: LocalizedText(ja: "他のプログラムが何度も取り除きます", en: "others keep removing it")
      }
    let checks = (change.checks ?? []).filter { $0.outcome != .absent }.map { check in
      let outcome: LocalizedText =
        switch check.outcome {
        case .reached: LocalizedText(ja: "届く", en: "reached")
        case .lost, .absent: LocalizedText(ja: "届かない", en: "lost")
        case .down: LocalizedText(ja: "閉じる前から届かない", en: "down already before")
        }
      return "\(check.subject.rawValue) \(outcome[language])"
    }
    let who = change.initiator.map { [person($0)] } ?? []
    return (["\(change.time.wholeSeconds)  \(event[language])"] + who + checks).joined(separator: ", ")
  }

  /// Who that is: the names of users, or the keys of operators.
  private func person(_ initiator: String) -> String {
    if let keys = Initiator.operators(initiator) {
      return words("operator \(keys.joined(separator: ", "))", "運用者 \(keys.joined(separator: "、"))")
    }
    let numbers = initiator.split(separator: "/").compactMap { UInt32($0) }
    let names = numbers.map { Self.user($0) ?? "\($0)" }
    guard names.count == 2 else { return names.first ?? initiator }
    return words("\(names[0]) (logged in as \(names[1]))", "\(names[0])（ログイン: \(names[1])）")
  }

  private static func user(_ number: UInt32) -> String? {
    var found: String?
    try? Files.forEachLine(of: "/etc/passwd", limit: 4 << 20) { line in
      let fields = line.split(separator: 0x3a, omittingEmptySubsequences: false)
      if found == nil, fields.count > 2, String(decoding: fields[2], as: UTF8.self) == "\(number)" {
        found = String(decoding: fields[0], as: UTF8.self)
      }
    }
    return found
  }

  private static func vetoed(_ target: ClosingTarget) -> String {
    if case .device = target.place {
      return "同じ LAN の機器どうしはゲートウェイを通らないため、ここでは閉じられません。機器を別のネットワークに分けてください"
    }
    return "家や回線の働きに欠かせないため、閉じません"
  }
}

extension ClosingText {
  /// Gathers what is known of a closing; changes nothing, and does without the helper where that does not answer.
  init(_ id: String, _ firewall: FirewallOptions, _ paths: Paths) throws(AgentError) {
    language = Terminal.language
    let plan = (try? Files.read(paths.plan, limit: 4 << 20)).flatMap { JSON.decode(ClosingPlan.self, $0) }
    entry = plan?.entries.first { $0.id == id }
    let known: (changes: [ClosingChange], closings: [Closing])
    do throws(AgentError) {
      known = (try firewall.history(), try firewall.closings(.closings).closings)
    } catch {
      guard error.code == .unavailable else { throw error }
      Output.say("kadomori: \(error); reading the firewall without it")
      let keeper = try firewall.keeper()
      let closings = try wrapping { () throws(FirewallError) in try keeper.list() }
      known = (keeper.history.changes, closings)
    }
    closing = known.closings.first { $0.id == id }
    changes = known.changes.filter { $0.id == id }
  }
}
