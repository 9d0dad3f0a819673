import Agent
import FleetContract
import Posture
import Wording

/// What happened between two looks at the agent's status, a line each.
enum StatusChange {
  /// The lines of what differs; at the first look of everything there is.
  static func lines(from old: StatusDocument?, to new: StatusDocument, _ language: Language) -> [String] {
    func words(_ en: String, _ ja: String) -> String { LocalizedText(ja: ja, en: en)[language] }
    var lines: [String] = []
    if old?.running != new.running {
      lines.append(
        words("agent: \(new.running ? "running" : "not running")", "エージェント: \(new.running ? "動作中" : "停止中")"))
    }
    if old?.grade != new.grade {
      let grade = new.grade == .unknown ? words("not known yet", "まだ不明") : new.grade.rawValue
      lines.append(words("grade: \(grade)", "評価: \(grade)"))
    }
    for lan in new.lans {
      let before = old?.lans.first { $0.interface == lan.interface }
      if lan.scanning, before?.scanning != true {
        lines.append(words("\(lan.interface): scanning", "\(lan.interface): 調査を開始"))
      }
      if lan.lastScan != before?.lastScan, let devices = lan.devices, let findings = lan.findings {
        lines.append(
          words(
            "\(lan.interface): \(devices) devices, \(findings) findings",
            "\(lan.interface): 機器 \(devices) 台、指摘 \(findings) 件"))
      }
      if let problem = lan.problem, problem != before?.problem {
        lines.append("\(lan.interface): \(problem)")
      }
    }
    if old?.broker.state != new.broker.state {
      lines.append(words("reports: \(state(new, language))", "報告: \(state(new, language))"))
    }
    if let problem = new.broker.problem, problem != old?.broker.problem { lines.append(problem) }
    if (old?.enrolment == nil) != (new.enrolment == nil) {
      lines.append(
        new.enrolment.map { words("enrolled with \($0.collector)", "\($0.collector) に登録") }
          ?? words("not enrolled", "未登録"))
    }
    let known = Set((old?.commands ?? []).map { "\($0.id) \($0.state.rawValue)" })
    for command in new.commands ?? [] where !known.contains("\(command.id) \(command.state.rawValue)") {
      lines.append(
        words(
          "command \(command.verb.rawValue): \(command.state.rawValue)",
          "指示 \(command.verb.rawValue): \(command.state.rawValue)"))
    }
    lines += new.problems.filter { !(old?.problems ?? []).contains($0) }
    return lines
  }

  private static func state(_ status: StatusDocument, _ language: Language) -> String {
    let state: LocalizedText =
      switch status.broker.state {
      case .notConfigured: LocalizedText(ja: "なし", en: "to nobody")
      case .resolving, .connecting: LocalizedText(ja: "接続中", en: "connecting")
      case .connected: LocalizedText(ja: "接続済み", en: "connected")
      case .waiting: LocalizedText(ja: "未接続", en: "not connected")
      case .holding: LocalizedText(ja: "順番待ち", en: "waiting for its slot")
      }
    return [status.broker.address, state[language]].compactMap(\.self).joined(separator: " ")
  }
}
