import Addresses
import Agent
import ArgumentParser
import Enrolling
import Firewall
import FleetContract
import LinuxIO
import Posture
import Settings
import Wording

/// Closes ports on trial.
struct Close: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close",
    abstract: "Close ports of the plan on trial; without 'confirm' they open again by themselves.",
    discussion: """
      New connections are kept out, those that stand go on. The gateway tries before and after, with new connections, \
      whether it reaches its router, its name servers and its broker, and opens everything again at once if it does not \
      reach one any more. Confirm \
      with 'kadomori confirm PLAN' before the time is over; after it, the kernel opens the ports even if nothing of \
      Kadomori runs any more.
      """)

  /// A risk that has to be named to be taken.
  enum Risk: String, ExpressibleByArgument, CaseIterable {
    case cutSession = "cut-session"
    case needed
  }

  @Argument(help: ArgumentHelp("Ids of the plan.", valueName: "id"))
  var ids: [String] = []

  @Flag(help: "Everything the plan advises to close now.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "Instead, ask the router to forget a mapping that a device made by UPnP, as tcp/8554. Many let only the device do that; closing the port works always.",
      valueName: "port"))
  var deleteMapping: [Port] = []

  @Option(
    help: ArgumentHelp(
      "The router to ask, by the address of its description, as http://192.0.2.1:5000/rootDesc.xml; this gateway's own miniupnpd unless given.",
      valueName: "address"))
  var upnp: String?

  @Option(name: .customLong("for"), help: ArgumentHelp("How long to try: 5s to 1h.", valueName: "duration"))
  var trial = "120s"

  @Flag(help: "End the connections to these ports that stand, too.")
  var cutFlows = false

  @Option(
    help: ArgumentHelp(
      "Takes a risk: cut-session, that your own SSH session may not come back; needed, that the plan says never.",
      valueName: "risk"))
  var acceptRisk: [Risk] = []

  @Option(
    help: ArgumentHelp(
      "Do not try this: gateway, dns, broker or session.", valueName: "what"))
  var without: [Verification.Subject] = []

  @OptionGroup var operators: OperatorOptions

  @Flag(help: "Print one JSON document.")
  var json = false

  @Option(help: ArgumentHelp("The configuration.", valueName: "file"))
  var config = AgentConfiguration.path

  @OptionGroup var firewall: FirewallOptions
  @OptionGroup var pathOptions: PathOptions

  func run() throws {
    if !deleteMapping.isEmpty {
      guard ids.isEmpty, !all else {
        throw ValidationError("--delete-mapping stands alone, without ids or --all")
      }
      return try MappingDeletion(upnp).delete(deleteMapping)
    }
    let plan = try PlanFile(pathOptions.paths).read(now: Clocks.sinceBoot, bootID: FirewallOptions.bootID)
    let entries = try chosen(of: plan)
    let session = SSHSession.ofCaller()
    try checkRisks(entries, session)
    let configuration = try wrapping { () throws(SettingsError) in try AgentConfiguration.read(config) }
    let order = CloseOrder(
      plan: plan.id, bootID: plan.bootID,
      entries: entries.map { CloseOrder.Entry(id: $0.id, target: $0.target, reasons: $0.reasons) },
      seconds: try seconds(), sides: Sides.ofDefaultRoutes(lan: configuration.lans.map(\.interface)),
      session: acceptRisk.contains(.cutSession) ? nil : session, cutsFlows: cutFlows,
      operators: operators.names)
    // Closing does not answer for what is down already.
    let verification = Verification(
      broker: BrokerAddresses.find(configuration, pathOptions.paths), session: order.session)
    let before = verification.run(without: Set(without))
    let closed = try firewall.closings(.close(order)).closings
    guard !closed.isEmpty else {
      if json { return try Output.document(ClosingsDocument(closings: [])) }
      return Output.say(
        LocalizedText(ja: "どれもすでに閉じています。", en: "all of it is closed already")[Terminal.language])
    }
    let results = try verify(closed, verification, before)
    // A note for later, which is no reason to say that the ports were not closed.
    try? firewall.tell(.verified(ids: closed.map(\.id), checks: results))
    if json {
      try Output.document(ClosingsDocument(closings: closed, verification: results))
    } else {
      try Output.write(ClosingLines(closings: closed).rendered + VerificationLines(results: results).rendered)
    }
    Output.say(
      LocalizedText(
        ja: "続けるには \(order.seconds) 秒以内に 'kadomori confirm \(plan.id)' を実行してください。",
        en: "to keep this, run 'kadomori confirm \(plan.id)' within \(order.seconds) s")[Terminal.language])
  }

  private func chosen(of plan: ClosingPlan) throws -> [ClosingPlan.Entry] {
    guard all == ids.isEmpty else { throw ValidationError("name ids of the plan, or --all") }
    if all {
      let entries = plan.entries.filter { $0.verdict == .now }
      guard !entries.isEmpty else {
        throw AgentError(.notFound, "\(plan.id) advises to close nothing now; see 'kadomori plan'")
      }
      return entries
    }
    return try ids.map { id in
      guard let entry = plan.entries.first(where: { $0.id == id }) else {
        throw AgentError(.notFound, "\(plan.id) has no '\(id)'; see 'kadomori plan'. Nothing was changed")
      }
      return entry
    }
  }

  private func seconds() throws -> Int {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
    guard let unit = trial.last.flatMap({ units[$0] }), let number = Int(trial.dropLast()), number > 0,
      number <= 3600, CloseOrder.bounds.contains(number * unit)
    else { throw ValidationError("--for \(trial): write 5s to 3600s, or minutes as 2m") }
    return number * unit
  }

  private func checkRisks(_ entries: [ClosingPlan.Entry], _ session: SSHSession?) throws(AgentError) {
    if let needed = entries.first(where: { $0.verdict == .never }), !acceptRisk.contains(.needed) {
      throw AgentError(
        .usage,
        "\(needed.id) (\(needed.target.port)) is needed, so the plan says never; add --accept-risk=needed")
    }
    guard let session, !acceptRisk.contains(.cutSession),
      let own = entries.first(where: { $0.target.place == .gateway && $0.target.port == .tcp(session.port) })
    else { return }
    throw AgentError(
      .usage,
      "\(own.id) is the port of your own SSH session (from \(session.peer)): you may not come back. "
        + "Add --accept-risk=cut-session if you have another way in")
  }

  /// Tries what the gateway lives by again, and opens everything at once where some of it is lost.
  private func verify(
    _ closed: [Closing], _ verification: Verification, _ before: [ClosingCheck]
  ) throws -> [ClosingCheck] {
    let down = before.filter { $0.outcome == .lost }.map(\.subject)
    let left = Set(without).union(down)
    let results = Verification.compare(before: before, after: verification.run(without: left))
    let lost = results.filter { $0.outcome == .lost }
    guard !lost.isEmpty else { return results }
    let ids = closed.map(\.id)
    do throws(AgentError) {
      _ = try firewall.closings(.rollBack(ids: ids, checks: results, operators: operators.names))
    } catch {
      // A helper of an earlier version knows no more than this.
      _ = try firewall.closings(.undo(ids: ids, operators: operators.names))
    }
    let still = Set(verification.run(without: left).filter { $0.outcome == .lost }.map(\.subject))
    let names = lost.map(\.subject.rawValue).joined(separator: ", ")
    throw AgentError(
      .unavailable,
      "reached before, and not reached with new connections afterwards: \(names). Everything was opened again at once. "
        + (lost.allSatisfy { still.contains($0.subject) }
          ? "It is not reached now either, so the closings may not be the cause: try again"
          : "It is reached again now, so one of these ports is needed: close them one by one"))
  }
}

/// The operators who signed what the agent has this program do.
struct OperatorOptions: ParsableArguments {
  @Option(
    name: .customLong("operator"),
    help: ArgumentHelp("The key of an operator who signed it.", valueName: "key", visibility: .hidden))
  var keys: [String] = []

  var names: [String]? { keys.isEmpty ? nil : keys }
}

extension Verification.Subject: ExpressibleByArgument {}

extension Port: ExpressibleByArgument {}

/// The last plan on disk.
struct PlanFile {
  /// A plan is advice for a day: what is used changes.
  private static let longest: Duration = .seconds(86_400)
  private static let fileLimit = 4 << 20

  private let path: String

  init(_ paths: Paths) {
    path = paths.state + "/plan.json"
  }

  /// Reads the plan; throws where there is none, or it is a day old by the clock that nobody sets.
  func read(now: Duration, bootID: String) throws(AgentError) -> ClosingPlan {
    guard Files.exists(path) else {
      throw AgentError(.notFound, "there is no plan yet; make one with 'kadomori plan'")
    }
    let bytes = try wrapping(.state) { () throws(SystemError) in try Files.read(path, limit: Self.fileLimit) }
    guard let plan = JSON.decode(ClosingPlan.self, bytes) else {
      throw AgentError(.data, "\(path) is damaged; make a new plan with 'kadomori plan'")
    }
    let age = now - .milliseconds(plan.uptimeMilliseconds)
    guard plan.bootID == bootID, age >= .zero, age <= Self.longest else {
      throw AgentError(
        .usage,
        "\(plan.id) is of \(plan.made), before the last start or more than a day old; make a new one with 'kadomori plan'"
      )
    }
    return plan
  }
}

/// Where the broker is, by the enrolment or the configuration.
enum BrokerAddresses {
  /// None where its name leads to none; `nil` where no broker is named.
  static func find(_ configuration: AgentConfiguration, _ paths: Paths) -> [Endpoint]? {
    let membership = (try? Enrolment.current(paths)) ?? nil
    let named =
      membership.map { ($0.answer.broker.host, $0.answer.broker.port) }
      ?? configuration.broker.map { ($0.host, $0.port) }
    guard let (host, port) = named else { return nil }
    let loop = EventLoop()
    let resolver = Resolver(loop: loop)
    var found: IPAddress?
    resolver.resolve(host, limit: .seconds(5)) { text in
      found = text.flatMap(IPAddress.init)
      loop.stop()
    }
    if found == nil, IPAddress(host) == nil { try? loop.run() }
    return found.map { [Endpoint($0, port)] } ?? []
  }
}

/// What was tried after closing, for people.
struct VerificationLines {
  let results: [ClosingCheck]

  var rendered: String {
    results.filter { $0.outcome != .absent }.map { result in
      let name: LocalizedText =
        switch result.subject {
        case .gateway: LocalizedText(ja: "上位ルーター", en: "the provider's router")
        case .dns: LocalizedText(ja: "名前解決（DNS）", en: "name servers (DNS)")
        case .broker: LocalizedText(ja: "報告先", en: "the broker")
        case .session: LocalizedText(ja: "この SSH 接続", en: "your SSH session")
        }
      let outcome: LocalizedText =
        switch result.outcome {
        case .reached: LocalizedText(ja: "届きます", en: "reached")
        case .down:
          LocalizedText(
            ja: "閉じる前から届いていません（この閉鎖のせいではありません）",
            en: "was not reached before closing either, so that says nothing of it")
        case .lost, .absent: LocalizedText(ja: "届きません", en: "not reached")
        }
      return "  \(TextWidth.fit(name[Terminal.language], to: 26))\(outcome[Terminal.language])\n"
    }.joined()
  }
}
