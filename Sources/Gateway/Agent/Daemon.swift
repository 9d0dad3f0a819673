import Addresses
package import Enrolling
import FleetContract
import LANScan
package import LinuxIO
import Listening
package import Posture
package import Profiles

/// The agent: scans on a schedule, keeps the posture, reports it.
package final class Daemon {
  /// What a person may want to read of what the agent does.
  package struct Note: Hashable, Sendable {
    package var isProblem: Bool
    package var text: String

    package init(isProblem: Bool, text: String) {
      self.isProblem = isProblem
      self.text = text
    }
  }

  let configuration: AgentConfiguration
  let paths: Paths
  let identity: AgentIdentity
  let membership: Membership?
  let consents: ConsentLedger
  var renewal: Renewal?
  let closing: ClosingDesk
  var learning: EventLoop.Token?
  var news: ClosingNews?
  private let rebuild: () -> Void
  private(set) var profiles: ProfileSet
  let bundles: ProfileDesk?
  let home: HomeDesk
  let reference: ReferenceData
  let page: PageDesk?
  let notes: NoteStore
  var eventLog: EventLog
  let loop: EventLoop
  let note: (Note) -> Void
  private let store: PostureStore
  private(set) var reporter: Reporter
  let origin: Origin
  let commands: CommandReceiver
  private let cause: StatusCause
  var commandedScans: [CommandedScan] = []
  var schedule: ScanSchedule
  private var scanner: Scanner?
  var scanning: String?
  private var listeners: [String: Listener] = [:]
  let neighbours = NeighbourWatch()
  private var strangers = Strangers()
  private var timer: EventLoop.Token?
  var reports: [String: PostureReport] = [:]
  var problems: [String: String] = [:]
  private var flash: FlashBudget
  let startedAt: Duration
  /// When a LAN's posture was last brought to the disk.
  private var keptAt: [String: Duration] = [:]
  /// LANs whose posture on disk is older than what is known.
  private var unkept: Set<String> = []

  /// How old the posture on disk and at the collector may become while nothing changes.
  private static let refresh: Duration = .seconds(6 * 3600)
  private var isStopping = false

  package init(
    configuration: AgentConfiguration, paths: Paths, identity: AgentIdentity, membership: Membership?,
    profiles: ProfileSet, reference: ReferenceData, loop: EventLoop, rebuild: @escaping () -> Void,
    note: @escaping (Note) -> Void
  ) throws(AgentError) {
    let consents = try Self.consents(configuration, membership, paths, note)
    self.consents = consents
    // What was withdrawn is as if it were not configured.
    var allowed = configuration
    allowed.lans.removeAll { !consents.allows(.scan, $0.interface) }
    let configuration = allowed
    self.configuration = configuration
    self.paths = paths
    self.identity = identity
    self.membership = membership
    self.rebuild = rebuild
    self.profiles = profiles
    self.reference = reference
    self.loop = loop
    self.note = note
    closing = ClosingDesk(paths, configuration: configuration.file, loop: loop)
    flash = FlashBudget(written: DiskWrites.total, now: loop.now)
    startedAt = loop.now
    store = PostureStore(paths)
    schedule = ScanSchedule(
      configuration, wanted: OperatorPolicy.read(paths).scanEvery, now: loop.now)
    for lan in configuration.lans { reports[lan.interface] = store.read(lan.interface) }
    commands = CommandReceiver(
      gateway: identity.gateway, paths: paths, refused: configuration.refusedCommands, note: note)
    // An enrolled gateway reports where it is enrolled: a line in a file must not send it elsewhere unprotected.
    let named = ConsentLedger.named(configuration, membership).first { $0.purpose == .report }
    let mayReport = named.map { consents.allows(.report, $0.scope) } ?? false
    let destination: Destination? =
      if !mayReport { nil } else if let membership { try Destination(membership, paths: paths) } else {
        configuration.broker.map { Destination($0) }
      }
    origin = Origin(
      paths: paths, loop: loop, group: membership?.group, record: configuration.paceRecord, note: note)
    var tempo = Uplink.Tempo()
    tempo.entry = origin.entry(of: identity)
    cause = tempo.entry.cause
    (notes, eventLog) = (NoteStore(paths), EventLog(paths))
    page = try configuration.page.map { (page) throws(AgentError) in
      try PageDesk(page, paths: paths, loop: loop)
    }
    bundles = membership?.group.map { ProfileDesk(group: $0, paths: paths, note: note) }
    tempo.entry.bundles = bundles
    tempo.entry.noted = { [notes] in notes.take($0, $1, of: identity.gateway) }
    home = HomeDesk(configuration.home, of: identity.gateway, paths: paths, loop: loop, note: note)
    reporter = try Reporter(
      identity: identity, paths: paths, loop: loop, to: destination, tempo: tempo, note: note)
    if let membership {
      renewal = Renewal(membership, of: identity.gateway, paths: paths, loop: loop, note: note) {
        [weak self] in self?.rebuildWhenIdle()
      }
    }
  }

  /// Begins to work; the loop does the rest.
  package func start() {
    bundles?.changed = { [weak self] in self?.profiles = $0 }
    origin.start()
    noteStart(cause)
    reportInterruptedCommands()
    reporter.start { [weak self] in
      self?.currentReports ?? []
    } commanded: { [weak self] in
      self?.received($0)
    }
    reporter.linkFailed = { [weak self] in self?.renewal?.suspect() }
    let news = ClosingNews(paths, loop: loop) { [weak self] in
      self?.reporter.report($0)
      self?.happened($0.map { AgentEvent($0) })
      self?.page?.heard($0)
    }
    reporter.closings = { [weak news] in news?.count ?? 0 }
    news.start()
    self.news = news
    renewal?.start()
    home.start(currentReports.map(graded))
    if let broker = configuration.broker, let membership {
      note(Note(isProblem: true, text: Self.ignored(broker, membership)))
    }
    if configuration.isIdle {
      note(
        Note(
          isProblem: false,
          text: "no LAN is configured: nothing is scanned; name one in \(AgentConfiguration.path)"))
    }
    for lan in configuration.lans { listen(on: lan.interface) }
    if origin.isAfterPowerLoss {
      holdLANs(secret: identity.releaseSecret, within: origin.window)
      neighbours.begin(currentReports, loop: loop) { [weak self] in
        self?.listeners[$0]
      } told: {
        [weak self] in
        self?.note(Note(isProblem: false, text: $0))
      }
    }
    scheduleNext()
    learnUse()
    page?.start(self)
    // Parsing arguments, configuration and profiles is done for good.
    Memory.release()
  }

  /// Ends a running scan without its result, says goodbye and stops the loop.
  package func stop() {
    isStopping = true
    loop.cancel(timer)
    scanner?.stop()
    page?.stop()
    keepWhenSeen()
    for listener in listeners.values { listener.close() }
    reportInterruptedCommands()
    renewal?.stop()
    closing.stop()
    news?.look()
    news?.stop()
    happened([AgentEvent(.agent, "stopped")])
    loop.cancel(learning)
    neighbours.stop()
    home.stop()
    reporter.stop()
    origin.stop()
    loop.stop()
  }

  /// Connects now, whatever it waits for.
  package func connectNow() { reporter.connectNow() }

  /// Reads what was allowed, and notes what the configuration and the enrolment say now.
  private static func consents(
    _ configuration: AgentConfiguration, _ membership: Membership?, _ paths: Paths, _ note: (Note) -> Void
  ) throws(AgentError) -> ConsentLedger {
    let store = ConsentStore(paths)
    var ledger = try store.read()
    let hasChanged = ledger.reconcile(
      ConsentLedger.named(configuration, membership), time: Clocks.wall,
      clockSynced: Clocks.wallIsSynchronised)
    guard hasChanged else { return ledger }
    // What the owner wrote into the configuration stands there; a full disk only delays its copy.
    do throws(AgentError) { try store.write(ledger) } catch {
      note(Note(isProblem: true, text: "what was allowed is not recorded yet: \(error); free space there"))
    }
    return ledger
  }

  /// Whether operators may close ports here.
  var mayClose: Bool { consents.allows(.close, ConsentLedger.gateway) }

  private var isRebuildDue = false

  /// Begins anew with what is on disk now, but does not cut a scan short for it.
  private func rebuildWhenIdle() {
    isRebuildDue = true
    if scanner == nil { rebuild() }
  }

  static func ignored(_ broker: AgentConfiguration.Broker, _ membership: Membership) -> String {
    "kadomori.yaml names the broker \(broker.host), but this gateway is enrolled with "
      + "\(membership.collector) and reports there; remove 'broker' from the file, or 'kadomori unenrol'"
  }

  var currentReports: [PostureReport] {
    configuration.lans.compactMap { reports[$0.interface] }
  }

  // MARK: - Listening

  /// Listens on a LAN, if it does not yet; where that cannot be had, the scan says why.
  private func listen(on name: String) {
    if listeners[name]?.isListening == true { return }
    guard let interface = try? NetworkInterface.named(name), interface.isEthernet else { return }
    listeners[name] = try? Listener(on: interface, loop: loop) { [weak self] in self?.heard($0, on: name) }
  }

  /// A device spoke up that nobody knew, or that was away: it is looked at soon, and not only at the next regular time.
  private func heard(_ mac: MACAddress, on name: String) {
    guard let report = reports[name],
      !report.devices.contains(where: { $0.hardwareAddresses.contains(mac) && !$0.remarks.contains(.absent) }
      ),
      configuration.lans.first(where: { $0.interface == name })?.excludedHardware.contains(mac) == false,
      let time = strangers.scanTime(for: mac, on: name, now: loop.now)
    else { return }
    schedule.hurry(name, to: time)
    scheduleNext()
  }

  func refreshed(_ report: PostureReport) -> PostureReport {
    listeners[report.scan.interface].map {
      Heard.refreshed(report, by: $0.hearing, now: loop.now, wall: Clocks.wall)
    } ?? report
  }

  /// Keeps when devices were last heard; done at the end alone, for the sake of the flash.
  private func keepWhenSeen() {
    for report in currentReports {
      let fresh = refreshed(report)
      if fresh != report || unkept.contains(report.scan.interface) { try? store.write(fresh) }
    }
  }

  // MARK: - Scanning

  func scheduleNext() {
    guard scanner == nil, !isStopping else { return }
    if isRebuildDue { return rebuild() }
    let now = loop.now
    if let lan = schedule.next(now: now, minute: Clocks.localMinuteOfDay) { return scan(lan) }
    guard let wake = schedule.wakeAt else { return }
    loop.cancel(timer)
    timer = loop.after(max(.milliseconds(10), wake - now)) { [weak self] in self?.scheduleNext() }
  }

  private func scan(_ lan: AgentConfiguration.LAN) {
    do throws(ScanError) {
      let request = try ScanRequest.lan(lan, politeness: configuration.politeness)
      listen(on: lan.interface)
      scanning = lan.interface
      scanner = try Scanner(request, on: loop, identifier: identity.deviceID) { [weak self] found in
        self?.finished(found)
      }
      note(Note(isProblem: false, text: "scanning \(lan.interface)"))
      commandedScanBegan(lan.interface)
    } catch {
      scanning = nil
      tell(lan.interface, "\(error)")
      schedule.failed(lan.interface, now: loop.now)
      commandedScanEnded(lan.interface, succeeded: false, began: false)
      timer = loop.after(.milliseconds(10)) { [weak self] in self?.scheduleNext() }
    }
  }

  func graded(_ report: PostureReport) -> PostureReport {
    do throws(AgentError) {
      return Judgement.graded(report, by: try DecisionStore(paths).read(), at: Clocks.wall)
    } catch {
      tell(report.scan.interface, "\(error)")
      return report
    }
  }

  /// Notes a problem of a LAN, once for as long as it stays the same.
  private func tell(_ interface: String, _ problem: String) {
    if problems[interface] != problem {
      note(Note(isProblem: true, text: problem))
      var event = AgentEvent(.scan, "failed")
      (event.interface, event.reason) = (interface, problem)
      happened([event])
    }
    problems[interface] = problem
  }

  private func finished(_ found: Scanner.Findings) {
    let interface = found.facts.interface
    scanner = nil
    scanning = nil
    // A scan that our own end cut short would look like devices that are gone.
    guard !isStopping else { return }
    guard found.facts.complete else {
      // What it did not reach would look like things that are gone.
      tell(
        interface, "interface \(interface): the link went down during the scan; the last whole posture stands"
      )
      schedule.failed(interface, now: loop.now)
      commandedScanEnded(interface, succeeded: false)
      return scheduleNext()
    }
    let heard = Heard.added(to: found, from: listeners[interface]?.hearing) { reference.model }
    listeners[interface]?.releaseLearnt()
    let report = graded(
      Judgement.report(
        heard, profiles: profiles, reference: reference, previous: reports[interface],
        isClockSet: Clocks.wallIsSynchronised))
    let change = PostureChange(from: reports[interface], to: report)
    let devices = DeviceChange.changes(from: reports[interface], to: report)
    let isNews = reports[interface]?.withoutTimes != report.withoutTimes
    reports[interface] = report
    problems[interface] = nil
    // The flash wears: what is as it was is written now and then, and what flaps no more than there is room for.
    let isKept =
      (isNews || keptAt[interface].map { loop.now - $0 >= Self.refresh } ?? true)
      && flash.hasRoom(written: DiskWrites.total, now: loop.now)
    if isKept { keptAt[interface] = loop.now } else { unkept.insert(interface) }
    // Before the posture: after a power cut in between, the change is reported again rather than never.
    reporter.report(change, devices, reports: isKept ? currentReports : [])
    home.tell(currentReports)
    if isKept {
      do throws(AgentError) {
        try store.write(report)
        unkept.remove(interface)
      } catch {
        tell(interface, "\(error)")
      }
    }
    let seconds = report.scan.durationMilliseconds / 1000
    note(
      Note(
        isProblem: false,
        text:
          "\(interface): \(report.present.count) devices and \(report.findings.count) findings in \(seconds) s"
      ))
    for change in devices { note(Note(isProblem: false, text: "\(interface): \(change)")) }
    noteChanges(devices, change, of: interface)
    commandedScanEnded(interface, succeeded: true)
    Memory.release()
    scheduleNext()
  }
}
