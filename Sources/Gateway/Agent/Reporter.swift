import FleetContract
import LinuxIO
import MQTTClient
import Outbox
import Posture

/// Makes messages of what is known, keeps them in the outbox, and has the uplink deliver them.
final class Reporter {
  private let identity: AgentIdentity
  private let loop: EventLoop
  private let note: (Daemon.Note) -> Void
  private let file: OutboxFile
  private let bootID: String
  private var outbox: Outbox
  private var uplink: Uplink?
  private var reports: () -> [PostureReport] = { [] }
  private var commanded: (CommandReceiver.Arrival) -> Void = { _ in }
  /// Parts of the list of devices that the broker holds for us, to clear when the list shrinks.
  private var publishedParts = 1
  private(set) var problems: [String] = []

  init(
    identity: AgentIdentity, paths: Paths, loop: EventLoop, broker: AgentConfiguration.Broker?,
    note: @escaping (Daemon.Note) -> Void
  ) throws(AgentError) {
    self.identity = identity
    self.loop = loop
    self.note = note
    file = OutboxFile(path: paths.outbox)
    bootID =
      (try? Files.read("/proc/sys/kernel/random/boot_id", limit: 64))
      .map { String(decoding: $0.prefix { $0 > 0x20 }, as: UTF8.self) } ?? "unknown"
    do throws(SystemError) {
      outbox = try file.read()
      kept = outbox.nextSequence
    } catch {
      throw AgentError(.state, "\(error); the outbox cannot be read: check the disk and the file's owner")
    }
    if let broker {
      uplink = Uplink(gateway: identity.gateway, broker: broker, loop: loop, agent: agent)
    }
  }

  func start(
    reports: @escaping () -> [PostureReport], commanded: @escaping (CommandReceiver.Arrival) -> Void
  ) {
    self.reports = reports
    self.commanded = commanded
    uplink?.start()
  }

  func stop() {
    uplink?.stop(farewell: statusMessage(online: false, birth: birth, cause: .stop))
    uplink = nil
  }

  var queued: Int { outbox.records.count }

  var brokerStatus: StatusDocument.Broker {
    guard let uplink else { return StatusDocument.Broker(state: .notConfigured) }
    return StatusDocument.Broker(
      state: uplink.state, address: uplink.address, problem: uplink.problem,
      retryInSeconds: uplink.retryAt.map { max(0, ($0 - loop.now).milliseconds / 1000) })
  }

  /// Reports the state after a scan, and what it changed.
  func report(_ change: PostureChange, _ devices: [DeviceChange], reports: [PostureReport]) {
    // Nothing is kept for a collector that nobody has named: naming a broker is the consent to report.
    guard uplink != nil else { return }
    tellDropped()
    appendState(reports)
    for change in devices { append(DeviceEvent(change), to: .event(.device)) }
    for finding in change.opened { append(FindingEvent(.opened, finding), to: .event(.finding)) }
    for finding in change.closed { append(FindingEvent(.closed, finding), to: .event(.finding)) }
    keep()
    uplink?.flush()
  }

  /// Reports what became of a command.
  func report(_ result: ResultBody) {
    guard uplink != nil else { return }
    tellDropped()
    append(result, to: .result(result.command))
    keep()
    uplink?.flush()
  }

  /// Reports the state again.
  func resend(_ reports: [PostureReport]) {
    guard uplink != nil else { return }
    tellDropped()
    appendState(reports)
    keep()
    uplink?.flush()
  }

  // MARK: - Messages

  private func envelope<Body: MessageBody>(_ body: Body, _ sequence: Int64?) -> Envelope<Body> {
    Envelope(
      gateway: identity.gateway, seq: sequence, bootID: bootID,
      uptimeMilliseconds: Clocks.sinceBoot.milliseconds, time: Clocks.wall,
      clockSynced: Clocks.wallIsSynchronised, body: body)
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

  private func appendState(_ reports: [PostureReport]) {
    guard !reports.isEmpty else { return }
    append(PostureSummary(of: reports, agentVersion: AgentVersion.current), to: .posture)
    let devices = reports.flatMap(\.devices).map(\.atDefaultDetail)
    do throws(Rejection) {
      let parts = try DevicesBody.split(devices)
      for part in parts { append(part, to: .devices(part: part.part)) }
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

  private func append<Body: MessageBody>(_ body: Body, to channel: Channel) {
    let before = outbox.dropped
    outbox.append(topic: Topic.gateway(identity.gateway, channel).description) { sequence in
      do throws(Rejection) { return try envelope(body, sequence).payload() } catch {
        problem("\(channel) is not reported: \(error)")
        return nil
      }
    }
    if outbox.records.count == Outbox.recordLimit, outbox.dropped != before {
      problem("the outbox is full, and what is worth least was dropped; check the connection to the broker")
    }
  }

  // MARK: - The outbox

  private func keep() {
    do throws(SystemError) {
      try file.write(outbox)
      kept = outbox.nextSequence
      problems.removeAll { $0.hasPrefix(Self.diskProblem) }
    } catch {
      problem("\(Self.diskProblem) \(error); free space on that disk")
    }
  }

  private static let diskProblem = "what was found cannot be kept on disk, and is not reported until it can:"

  /// Numbers below this one are on disk.
  private var kept: Int64 = 0

  private func tellDropped() {
    let lost = outbox.takeDropped()
    if !lost.isEmpty { append(DroppedEvent(lost), to: .event(.dropped)) }
  }

  private func problem(_ text: String) {
    problems.removeAll { $0 == text }
    problems.append(text)
    if problems.count > 8 { problems.removeFirst() }
    note(Daemon.Note(isProblem: true, text: text))
  }

  private var birth: Int64 = 0

  /// The number of the attempt that begins now; kept on disk once it has become a session, so that a
  /// long outage does not wear the flash.
  private func takeBirth() -> Int64 {
    birth = outbox.takeBirth()
    return birth
  }

  private var agent: Uplink.Agent {
    Uplink.Agent(
      birth: { [weak self] in self?.statusMessage(online: true, birth: $0, cause: $1 ? .network : .start) },
      will: { [weak self] in self?.statusMessage(online: false, birth: $0, cause: .lost) },
      nextBirth: { [weak self] in self?.takeBirth() ?? 1 },
      records: { [weak self] in
        guard let self else { return [] }
        // A number that is not on disk could be given twice.
        return outbox.records.filter { $0.sequence < self.kept }
      },
      acknowledged: { [weak self] ack in
        guard let self, outbox.acknowledge(ack) else { return }
        keep()
        uplink?.flush()
      },
      commanded: { [weak self] in self?.commanded($0) },
      connected: { [weak self] isNew in
        // A broker that has forgotten the session may have forgotten what it kept for us.
        guard let self else { return }
        tellDropped()
        // Nothing was ever reported: what was found before a broker was named is news to the collector.
        if outbox.nextSequence == 1 {
          for finding in reports().flatMap(\.findings) {
            append(FindingEvent(.opened, finding), to: .event(.finding))
          }
        }
        if isNew { appendState(reports()) }
        keep()
      },
      note: { [weak self] isProblem, text in self?.note(Daemon.Note(isProblem: isProblem, text: text)) })
  }
}
