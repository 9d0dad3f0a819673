import Addresses
import Agent
import ArgumentParser
import Cryptography
import Exposures
import Glibc
import LinuxIO
import Posture
import Wording

/// Says what could be closed, and keeps that for whoever closes it.
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say which open ports nobody needs, and why; closes nothing.",
    discussion: """
      The plan is kept, and is good for 24 hours on this start of the machine. What was learned by watching is marked \
      as learned.
      """)

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var options: ExposureOptions

  func run() throws {
    let (sight, plan) = try options.makePlan()
    sight.tellProblems()
    try json ? Output.document(plan) : Output.write(PlanText(plan).rendered)
  }
}

extension ExposureOptions {
  /// Looks at this machine, and makes and keeps a plan of what could be closed.
  func makePlan() throws -> (sight: ExposureSight, plan: ClosingPlan) {
    let sight = try look()
    let maker = PlanMaker(use: sight.use, devices: sight.devices, callersPort: Self.callersPort)
    let plan = ClosingPlan(
      id: try wrapping { () throws(CryptoError) in try PlanMaker.newPlanID() }, made: Clocks.wall,
      uptimeMilliseconds: Clocks.sinceBoot.milliseconds, bootID: LearningClock.currentBoot,
      entries: maker.entries(for: sight.ports))
    try keep(plan)
    return (sight, plan)
  }

  private func keep(_ plan: ClosingPlan) throws {
    let paths = pathOptions.paths
    let bytes = try JSON.encode(plan)
    do throws(SystemError) {
      try Files.createDirectory(paths.state, mode: 0o700)
      try Files.replace(paths.plan, with: bytes, mode: 0o600)
    } catch {
      throw AgentError(
        error.isPermission ? .permission : .state,
        "\(error); a plan that is not kept cannot be carried out: "
          + (error.isPermission ? "use sudo, or give --state" : "free space there, or give another --state"))
    }
  }

  /// The gateway's port of the caller's SSH session (ssh(1), ENVIRONMENT): client, its port, server, its port.
  private static var callersPort: UInt16? {
    guard let text = getenv("SSH_CONNECTION") else { return nil }
    return String(cString: text).split(separator: " ").last.flatMap { UInt16($0) }
  }
}

/// A plan as a person reads it.
struct PlanText {
  private let plan: ClosingPlan
  private let terminal = Terminal(1)
  private let language = Terminal.language

  init(_ plan: ClosingPlan) {
    self.plan = plan
  }

  var rendered: String {
    let day = words("good for 24 hours", "24 時間有効")
    var lines = [terminal.styled("\(plan.id)  \(plan.made.wholeSeconds)  (\(day))", .bold)]
    for verdict in [ClosingPlan.Verdict.now, .afterLearning, .ask, .never] {
      let entries = plan.entries.filter { $0.verdict == verdict }
      guard !entries.isEmpty else { continue }
      lines += ["", terminal.styled(verdict.words[language], verdict == .now ? .red : .bold)]
      for entry in entries { lines += self.lines(entry) }
    }
    if plan.entries.isEmpty { lines.append(words("Nothing can be reached.", "届くポートはありません。")) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func lines(_ entry: ClosingPlan.Entry) -> [String] {
    let target = entry.target
    var place = target.side == .wan ? words("Internet", "外") : "LAN"
    if case .device(let address) = target.place { place += " → \(address)" }
    let flows =
      entry.flows > 0
      ? words(
        "  \(entry.flows) connection\(entry.flows == 1 ? " stays" : "s stay")", "  接続 \(entry.flows) は続きます")
      : ""
    let head =
      "  \(entry.id)  \(TextWidth.fit(target.port.description, to: 11))\(TextWidth.fit(place, to: 10))"
      + (entry.owner ?? "") + flows
    let reasons = entry.reasons.map { Reason(rawValue: $0)?.text[language] ?? $0 }
    let text = reasons.joined(separator: language == .ja ? "。" : "; ")
    return [head]
      + TextWidth.wrap(text, to: max(20, terminal.columns - 6)).map { "      " + terminal.styled($0, .faint) }
  }

  private func words(_ en: String, _ ja: String) -> String { LocalizedText(ja: ja, en: en)[language] }
}

extension ClosingPlan.Verdict {
  /// The verdict as people call it.
  var words: LocalizedText {
    switch self {
    case .now: LocalizedText(ja: "すぐ閉じてよいもの", en: "Close now")
    case .afterLearning: LocalizedText(ja: "観測のあとで閉じるもの", en: "Close after learning")
    case .ask: LocalizedText(ja: "人が決めるもの", en: "Somebody has to decide")
    case .never: LocalizedText(ja: "閉じないもの", en: "Leave open")
    }
  }
}
