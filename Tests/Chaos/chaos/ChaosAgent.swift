import Agent
import BrokerFixture
import FleetContract
import Glibc
import LinuxIO
import Outbox
import Posture
import Stagger

/// Plays an agent that finds one thing after the other: real identity, outbox, reporter, uplink and loop.
///
/// A finding is the next one when all before it are on the disk. Whether the last one was, when this process was
/// killed, the outbox knows by itself: the collector's answer is heeded in a later turn of the loop than the one
/// that writes the ledger, so a record that is kept and not in the ledger is still in the outbox.
final class ChaosAgent {
  private let desk: Desk
  private let state: String
  private let last: Int
  private let loop = EventLoop()
  private let ledger: CInt
  private let reporter: Reporter
  /// The highest finding that is in the ledger.
  private var kept: Int
  /// The finding that was reported and is not on the disk yet.
  private var pending: Int?
  private var triedAt: Duration = .zero

  /// The next finding comes so soon.
  private static let pause: Duration = .milliseconds(8)
  /// A full disk is asked again so soon, as by the next scan.
  private static let diskPause: Duration = .milliseconds(50)
  /// More than this is not reported before the collector has stored some: nothing is dropped for want of room.
  private static let mostQueued = 300
  /// A state is reported with every so many findings.
  private static let stateEvery = 7

  init(_ desk: Desk, state: String, findings: Int) throws {
    self.desk = desk
    self.state = state
    last = findings
    let paths = Paths(state: state, runtime: desk.directory)
    kept = try desk.kept()
    ledger = open(desk.ledger, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard ledger >= 0 else { throw FixtureError("cannot write \(desk.ledger)") }
    let identity = try AgentIdentity.readOrMake(in: state)
    try desk.called("\(identity.gateway)")
    let before = try OutboxLog(path: paths.outbox).outbox.records.compactMap {
      Self.number(of: $0, from: identity.gateway)
    }
    guard let broker = try AgentConfiguration.read(desk.settings).broker else {
      throw FixtureError("\(desk.settings) names no broker")
    }
    var tempo = Uplink.Tempo()
    tempo.pace = Sending.Pace(
      perSecond: 400, burst: 100, window: 64, patience: .seconds(1), longestWait: .seconds(4))
    tempo.retry = RetryDelay(first: .milliseconds(200), cap: .milliseconds(500))
    // Outages follow each other here without a pause, and nobody else comes back with us.
    tempo.entry.policy = ReconnectPolicy(windowSeconds: 0)
    // What it says goes to a log, for whoever has to find out what went wrong.
    var told: () -> Void = {}
    reporter = try Reporter(
      identity: identity, paths: paths, loop: loop, to: Destination(broker), tempo: tempo
    ) {
      say("\(Clocks.wall) \($0.isProblem ? "problem" : "note"): \($0.text)")
      told()
    }
    if let newest = before.max(), newest > kept {
      guard newest == kept + 1 else { throw FixtureError("\(newest) is in the outbox after \(kept)") }
      settle(newest)
    }
    // The disk may take a record again in a turn of the loop that is not ours.
    told = { [weak self] in self?.settlePending() }
  }

  /// Reports until everything is stored.
  func run() throws {
    reporter.start { [Self.report([])] }
    turn()
    try loop.run()
  }

  private func turn() {
    settlePending()
    if reporter.hasUnsaved {
      // The agent itself tries again with its next report, or after a while.
      if loop.now - triedAt >= Self.diskPause { report(nil) }
    } else if kept < last {
      if kept < desk.allowed, reporter.queued < Self.mostQueued { report(kept + 1) }
    } else if reporter.queued == 0, isOver() {
      return loop.stop()
    }
    _ = loop.after(Self.pause) { [weak self] in self?.turn() }
  }

  /// Reports one finding, or nothing new.
  private func report(_ finding: Int?) {
    triedAt = loop.now
    if let finding { pending = finding }
    let reports = finding.map { $0 % Self.stateEvery == 0 } == true ? [Self.report([])] : []
    reporter.report(
      PostureChange(from: nil, to: Self.report(finding.map { [Self.finding($0)] } ?? [])), [],
      reports: reports)
    settlePending()
  }

  private func settlePending() {
    guard let pending, !reporter.hasUnsaved else { return }
    self.pending = nil
    settle(pending)
  }

  private func settle(_ finding: Int) {
    let line = Array(Desk.line(finding).utf8)
    precondition(write(ledger, line, line.count) == line.count, "the ledger takes nothing")
    kept = finding
  }

  /// Says goodbye when what was dropped is told as well.
  private func isOver() -> Bool {
    report(nil)
    guard reporter.queued == 0, let log = try? OutboxLog(path: state + "/outbox"), log.outbox.dropped.isEmpty
    else { return false }
    reporter.stop()
    return (try? desk.ended(at: log.outbox.nextSequence - 1)) != nil
  }

  // MARK: - Findings

  private static func report(_ findings: [Finding]) -> PostureReport {
    let facts = ScanFacts(
      interface: "chaos", networks: [], started: Clocks.wall, durationMilliseconds: 1, complete: true)
    return PostureReport(scan: facts, devices: [], findings: findings)
  }

  private static func finding(_ number: Int) -> Finding {
    Finding(
      check: "telnet-open", severity: .high, device: "dev-\(number)",
      evidence: Evidence(protocol: .telnet, count: number), remedy: "switch-off")
  }

  /// Which finding an event tells of.
  static func number(of payload: [UInt8], from gateway: GatewayID) -> Int? {
    guard let finding = try? Envelope<FindingEvent>(payload: payload, from: gateway).body.finding,
      let number = finding.evidence.count, finding.device == "dev-\(number)"
    else { return nil }
    return number
  }

  private static func number(of record: Outbox.Record, from gateway: GatewayID) -> Int? {
    record.topic.hasSuffix("/evt/finding") ? number(of: record.payload, from: gateway) : nil
  }
}
