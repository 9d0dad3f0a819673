import FleetContract
package import LinuxIO
import MQTTClient
import Outbox
package import Posture

/// Makes messages of what is known, keeps them in the outbox, and has the uplink deliver them.
package final class Reporter {
  private let identity: AgentIdentity
  private let loop: EventLoop
  private let note: (Daemon.Note) -> Void
  private let log: OutboxLog
  private let bootID: String
  /// Why the agent started.
  private let cause: StatusCause
  private var uplink: Uplink?
  private var reports: () -> [PostureReport] = { [] }
  private var commanded: (CommandReceiver.Arrival) -> Void = { _ in }
  /// How many ports are kept closed.
  var closings: () -> Int = { 0 }
  /// The broker could not be reached, or was lost.
  var linkFailed: () -> Void = {}
  /// Parts of the list of devices that the broker holds for us, to clear when the list shrinks.
  private var publishedParts = 1
  package private(set) var problems: [String] = []
  private var retry: EventLoop.Token?

  package init(
    identity: AgentIdentity, paths: Paths, loop: EventLoop, to destination: Destination?,
    tempo: Uplink.Tempo = Uplink.Tempo(), note: @escaping (Daemon.Note) -> Void
  ) throws(AgentError) {
    self.identity = identity
    self.loop = loop
    self.note = note
    cause = tempo.entry.cause
    bootID =
      (try? Files.read("/proc/sys/kernel/random/boot_id", limit: 64))
      .map { String(decoding: $0.prefix { $0 > 0x20 }, as: UTF8.self) } ?? "unknown"
    do throws(SystemError) {
      log = try OutboxLog(path: paths.outbox)
    } catch {
      throw AgentError(.state, "\(error); the outbox cannot be read: check the disk and the file's owner")
    }
    if log.damage > 0 {
      problem("\(log.damage) bytes of \(paths.outbox) were damaged, and what they held is told as dropped")
    }
    if log.isLost {
      problem("\(paths.outbox), or its end, was lost: numbers that may have been given are told as dropped")
    }
    if let destination {
      uplink = Uplink(gateway: identity.gateway, broker: destination, loop: loop, tempo: tempo, agent: agent)
    }
  }

  func start(
    reports: @escaping () -> [PostureReport], commanded: @escaping (CommandReceiver.Arrival) -> Void
  ) {
    self.reports = reports
    self.commanded = commanded
    uplink?.begin()
  }

  /// Begins to report, and leaves commands alone.
  package func start(reports: @escaping () -> [PostureReport]) { start(reports: reports) { _ in } }

  package func stop() {
    loop.cancel(retry)
    // A disk that takes nothing costs only that what was acknowledged is sent once more.
    try? log.save(all: true)
    uplink?.stop(farewell: statusMessage(online: false, birth: birth, cause: .stop))
    uplink = nil
  }

  /// Attempts now, whatever the uplink waits for.
  func connectNow() { uplink?.connectNow() }

  private var outbox: Outbox {
    get { log.outbox }
    _modify { yield &log.outbox }
  }

  package var queued: Int { outbox.records.count }

  /// Whether something that was reported is not on the disk yet, and so not sent.
  package var hasUnsaved: Bool { outbox.needsSaving }

  var brokerStatus: StatusDocument.Broker {
    guard let uplink else { return StatusDocument.Broker(state: .notConfigured) }
    return StatusDocument.Broker(
      state: uplink.state, address: uplink.address, problem: uplink.problem,
      retryInSeconds: uplink.retryAt.map { max(0, ($0 - loop.now).milliseconds / 1000) },
      waitsFor: uplink.retryAt == nil ? nil : uplink.waitsFor)
  }

  /// Reports the state after a scan, and what it changed.
  ///
  /// The state comes last, so that every finding is in a posture with a higher number than its own.
  package func report(_ change: PostureChange, _ devices: [DeviceChange], reports: [PostureReport]) {
    // Nothing is kept for a collector that nobody has named: naming a broker is the consent to report.
    guard uplink != nil else { return }
    if uplink?.isConnected == true { tellDropped() }
    for change in devices {
      append(DeviceEvent(change), to: .event(.device), change.event == .appeared ? .medium : .low)
    }
    for finding in change.opened {
      append(FindingEvent(.opened, finding), to: .event(.finding), Worth(opened: finding.severity))
    }
    for finding in change.closed { append(FindingEvent(.closed, finding), to: .event(.finding), .low) }
    appendState(reports)
    keep()
    uplink?.flush()
  }

  /// Reports what became of a command.
  func report(_ result: ResultBody) {
    guard uplink != nil else { return }
    if uplink?.isConnected == true { tellDropped() }
    // Whoever signed waits for it: it does not go for its age.
    append(result, to: .result(result.command), .high)
    keep()
    uplink?.flush()
  }

  /// Reports what happened to closings, as of when it happened.
  package func report(_ changes: [ClosingChange]) {
    guard uplink != nil else { return }
    if uplink?.isConnected == true { tellDropped() }
    for change in changes {
      var occasion = Occasion(bootID: change.bootID, uptime: change.uptimeMilliseconds, time: change.time)
      if change.bootID == bootID, Clocks.wallIsSynchronised {
        let age = Clocks.sinceBoot.milliseconds - change.uptimeMilliseconds
        occasion.time = WallTime(milliseconds: Clocks.wall.milliseconds - age)
        occasion.isSynced = true
      }
      append(ClosingEvent(change, at: occasion.time), to: .event(.closing), Worth(change.event), occasion)
    }
    // How many ports are kept closed is part of the state.
    appendSummary(reports())
    keep()
    uplink?.flush()
  }

  /// Reports what of the gateway can be reached.
  func report(_ exposures: ExposuresBody) {
    guard uplink != nil else { return }
    if uplink?.isConnected == true { tellDropped() }
    append(exposures, to: .exposures, .state)
    keep()
    uplink?.flush()
  }

  /// Reports the state again.
  func resend(_ reports: [PostureReport]) {
    guard uplink != nil else { return }
    if uplink?.isConnected == true { tellDropped() }
    appendState(reports)
    keep()
    uplink?.flush()
  }

  // MARK: - Messages

  /// When something happened.
  private struct Occasion {
    var bootID: String
    var uptime: Int64
    var time: WallTime
    var isSynced = false
  }

  private func envelope<Body: MessageBody>(
    _ body: Body, _ sequence: Int64?, _ occasion: Occasion? = nil
  ) -> Envelope<Body> {
    let occasion =
      occasion
      ?? Occasion(
        bootID: bootID, uptime: Clocks.sinceBoot.milliseconds, time: Clocks.wall,
        isSynced: Clocks.wallIsSynchronised)
    return Envelope(
      gateway: identity.gateway, seq: sequence, bootID: occasion.bootID,
      uptimeMilliseconds: occasion.uptime, time: occasion.time, clockSynced: occasion.isSynced, body: body)
  }

  private func statusMessage(online: Bool, birth: Int64, cause: StatusCause) -> MQTTMessage? {
    let body = StatusBody(
      online: online, birth: birth, cause: cause, agent: AgentVersion.current, since: Clocks.wall,
      queued: outbox.records.count)
    let envelope = envelope(body, nil)
    guard let payload = try? envelope.payload() else { return nil }
    return MQTTMessage(
      topic: .gateway(identity.gateway, .status), payload: payload, contentType: envelope.contentType)
  }

  private func appendSummary(_ reports: [PostureReport]) {
    guard !reports.isEmpty else { return }
    var summary = PostureSummary(of: reports, agentVersion: AgentVersion.current)
    summary.closings = closings()
    append(summary, to: .posture, .state)
  }

  private func appendState(_ reports: [PostureReport]) {
    guard !reports.isEmpty else { return }
    appendSummary(reports)
    let devices = reports.flatMap(\.devices).map(\.atDefaultDetail)
    do throws(Rejection) {
      let parts = try DevicesBody.split(devices)
      for part in parts { append(part, to: .devices(part: part.part), .state) }
      // A list that has become shorter leaves parts behind at the broker.
      if parts.count < publishedParts {
        for part in (parts.count + 1)...publishedParts {
          uplink?.clear(.gateway(identity.gateway, .devices(part: part)))
        }
      }
      publishedParts = parts.count
    } catch {
      problem("the list of devices is not reported: \(error)")
    }
  }

  private func append<Body: MessageBody>(
    _ body: Body, to channel: Channel, _ worth: Worth, _ occasion: Occasion? = nil
  ) {
    var reason = "the outbox is full; check the connection to the broker"
    let topic = Topic.gateway(identity.gateway, channel).description
    let isTaken = log.outbox.append(topic: topic, worth: worth, at: moment) { sequence in
      do throws(Rejection) { return try envelope(body, sequence, occasion).payload() } catch {
        reason = "\(error)"
        return nil
      }
    }
    if !isTaken { problem("\(channel) is not reported: \(reason)") }
  }

  private var moment: Moment {
    log.moment(
      sinceBoot: Clocks.sinceBoot,
      wall: Clocks.wallIsSynchronised ? .milliseconds(Clocks.wall.milliseconds) : nil)
  }

  // MARK: - The outbox

  /// Keeps the bounds, and brings what is new to the disk: only then is it sent.
  private func keep() {
    let went = outbox.trim(at: moment)
    if !went.isEmpty {
      let counts = went.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key)" }
      problem(
        "records that were too old, or worth least in a full outbox, were dropped (\(counts.joined(separator: ", "))); "
          + "check the connection to the broker")
    }
    loop.cancel(retry)
    do throws(SystemError) {
      try log.save()
      let before = problems.count
      problems.removeAll { $0.hasPrefix(Self.diskProblem) }
      if problems.count < before {
        note(Daemon.Note(isProblem: false, text: "the disk takes what was found again"))
      }
    } catch {
      problem("\(Self.diskProblem) \(error); free space on that disk")
      retry = loop.after(Self.diskPause) { [weak self] in
        self?.keep()
        self?.uplink?.flush()
      }
    }
  }

  /// How soon a disk that took nothing is asked again.
  private static let diskPause: Duration = .seconds(10)
  private static let diskProblem = "what was found cannot be kept on disk, and is not reported until it can:"

  private func tellDropped() {
    while let lost = outbox.takeDropped() { append(lost, to: .event(.dropped), .account) }
  }

  private func problem(_ text: String) {
    let isNew = !problems.contains(text)
    problems.removeAll { $0 == text }
    problems.append(text)
    if problems.count > 8 { problems.removeFirst() }
    guard isNew else { return }
    note(Daemon.Note(isProblem: true, text: text))
  }

  private var birth: Int64 = 0

  /// The number of the attempt that begins now; it reaches the disk with the next session or report.
  private func takeBirth() -> Int64 {
    birth = outbox.takeBirth()
    return birth
  }

  private var agent: Uplink.Agent {
    Uplink.Agent(
      birth: { [weak self] in
        self?.statusMessage(online: true, birth: $0, cause: $1 ? .network : self?.cause ?? .start)
      },
      will: { [weak self] in self?.statusMessage(online: false, birth: $0, cause: .lost) },
      nextBirth: { [weak self] in self?.takeBirth() ?? 1 },
      outbox: { [weak self] in self?.outbox ?? Outbox() },
      acknowledged: { [weak self] ack in
        guard let self, outbox.acknowledge(ack) else { return }
        keep()
        uplink?.flush()
        // What told a whole scan took room that nothing needs until the next.
        if outbox.records.isEmpty { Memory.release() }
      },
      commanded: { [weak self] in self?.commanded($0) },
      connected: { [weak self] isNew in
        // A broker that has forgotten the session may have forgotten what it kept for us.
        guard let self else { return }
        tellDropped()
        // Nothing was ever reported: what was found before a broker was named is news to the collector.
        if outbox.nextSequence == 1 {
          for finding in reports().flatMap(\.findings) {
            append(FindingEvent(.opened, finding), to: .event(.finding), Worth(opened: finding.severity))
          }
        }
        if isNew { appendState(reports()) }
        keep()
      },
      failed: { [weak self] in self?.linkFailed() },
      note: { [weak self] isProblem, text in self?.note(Daemon.Note(isProblem: isProblem, text: text)) })
  }
}

extension Worth {
  /// What the news is worth of what happened to a closing.
  init(_ event: ClosingChange.Event) {
    self =
      switch event {
      case .verified, .reasserted: .low
      case .lapsed: .medium
      case .applied, .confirmed, .undone, .rolledBack, .alarm: .high
      }
  }

  /// What the news is worth that something of this severity is wrong.
  init(opened severity: Severity) {
    self =
      switch severity {
      case .info, .low: .low
      case .medium: .medium
      case .high, .critical: .high
      }
  }
}
