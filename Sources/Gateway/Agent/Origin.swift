package import FleetContract
package import LinuxIO
import PowerLoss
import Posture
import Stagger

/// Why this agent started, and what follows from it for going on line.
package final class Origin {
  private let notebook: StartNotebook
  private let loop: EventLoop
  private let policy: ReconnectFile
  private let desk: PolicyDesk?
  private let note: (Daemon.Note) -> Void
  private var told: String?
  private var timer: EventLoop.Token?

  package init(
    paths: Paths, loop: EventLoop, group: TopicName? = nil, record: String? = nil,
    note: @escaping (Daemon.Note) -> Void
  ) {
    self.loop = loop
    self.note = note
    notebook = StartNotebook(path: paths.startRecord, now: loop.now)
    let policy = ReconnectFile.read(paths)
    self.policy = policy
    desk = group.map {
      PolicyDesk(group: $0, file: policy, paths: paths, loop: loop, record: record, note: note)
    }
  }

  var problem: String? { notebook.problem ?? desk?.problem }

  /// Whether power was lost and this is the first start since.
  var isAfterPowerLoss: Bool { notebook.evidence.verdict == .powerLoss }

  /// Over what time gateways come back, by the policy on disk.
  var window: Duration { policy.policy.window }

  private var isCrash: Bool { notebook.evidence.verdict == .crash }

  /// What the uplink has to know.
  func entry(of identity: AgentIdentity) -> Uplink.Entry {
    var entry = Uplink.Entry()
    entry.policy = policy.policy
    entry.kind = policy.kind
    entry.place = { identity.slot(epoch: $0) }
    entry.desk = desk
    entry.powerLost = isAfterPowerLoss
    entry.holdBegan = notebook.evidence.holdBegan
    entry.cause = entry.powerLost || entry.holdBegan != nil ? .power : isCrash ? .crash : .start
    entry.failures = notebook.evidence.failures
    entry.keep = { [weak self] in self?.keep($0) }
    return entry
  }

  /// Notes that we run, and from now on that we still do.
  func start() {
    notebook.started(now: loop.now)
    tell()
    if isAfterPowerLoss {
      note(Daemon.Note(isProblem: false, text: "power was lost before this start"))
    }
    beat()
  }

  func stop() {
    loop.cancel(timer)
    notebook.ended(now: loop.now)
  }

  private func beat() {
    timer = loop.after(StartNotebook.heartbeat) { [weak self] in
      guard let self else { return }
      notebook.beat(now: loop.now)
      tell()
      beat()
    }
  }

  private func keep(_ kept: Reconnection.Kept) {
    notebook.keep(holdBegan: kept.holdBegan, failures: kept.failures, now: loop.now)
    tell()
  }

  private func tell() {
    guard let problem = notebook.problem, problem != told else { return }
    told = problem
    note(Daemon.Note(isProblem: true, text: problem))
  }

  /// What is told of the start; `lan` is what the LAN did meanwhile.
  func status(_ lan: LANStart?) -> StatusDocument.Start {
    var evidence = notebook.evidence
    evidence.lan = lan
    return StatusDocument.Start(
      cause: evidence.verdict, evidence: evidence.facts,
      lastUptimeSeconds: evidence.lastUptime.map { $0.milliseconds / 1000 },
      lan: lan.map { StatusDocument.Start.LAN($0) })
  }
}
