import Agent
import ArgumentParser
import Glibc
import Identify
import LANScan
import LinuxIO
import Listening
import Posture
import Profiles
import Settings

/// Scans one LAN now.
struct Scan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Find the devices of a LAN, what they offer, and what is wrong with it.",
    discussion: """
      Needs CAP_NET_RAW (root has it). Only the networks attached to the interface are looked at, at most
      1,000 packets a second in all and 40 a second to any device. Ctrl-C prints what was found so far.
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("The interface of the LAN.", valueName: "name"))
  var interface: String

  @Flag(help: "Print one JSON document.")
  var json = false

  @Option(
    help: ArgumentHelp("The configuration, whose limits and exclusions hold here too.", valueName: "file"))
  var config = AgentConfiguration.path

  @OptionGroup var pathOptions: PathOptions

  func run() throws {
    // Held from the start: whenever Ctrl-C comes, a whole document is printed.
    let signals = try wrapping { () throws(SystemError) in try Signals([SIGINT, SIGTERM]) }
    let paths = pathOptions.paths
    var configuration: AgentConfiguration?
    let request = try request(&configuration)
    try noteConsent(paths, isConfigured: configuration?.isIdle == false)
    let reference = ReferenceLoading.load(
      paths, fingerprints: configuration?.fingerprints, mud: configuration?.mud)
    let profiles = ProfileLoading.load(paths)
    // Reading arguments, profiles and fingerprints is done, and so is, below, the scan.
    Memory.release()
    let loop = EventLoop()
    var found: Scanner.Findings?
    let scanner = try wrapping { () throws(ScanError) in
      try Scanner(request, on: loop, identifier: DeviceIdentifiers.existing(paths)) {
        found = $0
        loop.stop()
      }
    }
    // Whatever is said meanwhile is worth hearing; without it, the scan is one all the same.
    let listener = try? Listener(on: request.interface, loop: loop) { _ in }
    let progress = ProgressLine(loop: loop) { scanner.progress }
    var isInterrupted = false
    _ = loop.watch(signals.descriptor, for: .read) { _ in
      while signals.next() != nil {
        isInterrupted = true
        scanner.stop()
      }
    }
    try wrapping { () throws(SystemError) in try loop.run() }
    progress.clear()
    signals.release()
    listener?.close()
    guard let found else { throw AgentError(.failed, "the scan ended without a result") }
    Memory.release()
    let previous = PostureStore(paths).read(interface)
    let report = Judgement.graded(
      Judgement.report(
        Heard.added(to: found, from: listener?.hearing),
        profiles: profiles, reference: reference, previous: previous,
        isClockSet: Clocks.wallIsSynchronised),
      by: try DecisionStore(paths).read(), at: Clocks.wall)
    if json {
      try Output.document(report)
    } else {
      try Output.write(
        ReportText(terminal: Terminal(1), language: Terminal.language, profiles: profiles).render(report))
    }
    if isInterrupted { Glibc.exit(interrupted) }
    if !report.scan.complete {
      throw AgentError(
        .unavailable, "interface \(interface): the link went down during the scan; check it and scan again")
    }
  }

  /// Refuses what the owner withdrew, and records a single look where nothing is configured.
  private func noteConsent(_ paths: Paths, isConfigured: Bool) throws(AgentError) {
    // Without its directory no agent is installed here, and there is nowhere to record anything.
    guard Files.exists(paths.state) else { return }
    let store = ConsentStore(paths)
    var ledger = try store.read()
    if let entry = ledger.withdrawal(.scan, interface) {
      throw AgentError(
        .permission,
        "\(entry.by) withdrew the consent to scan \(interface) on \(entry.time.wholeSeconds); 'kadomori consent grant scan "
          + "\(interface)' gives it again")
    }
    guard !isConfigured else { return }
    ledger.add(
      ConsentLedger.Entry(
        .scan, interface, granted: true, .once, by: DecisionOptions.login ?? "kadomori scan",
        time: Clocks.wall,
        clockSynced: Clocks.wallIsSynchronised))
    try store.write(ledger)
  }

  /// The LAN as the owner has configured it; without a configured LAN, any that does not lead outside.
  private func request(_ configured: inout AgentConfiguration?) throws -> ScanRequest {
    var lan = AgentConfiguration.LAN(interface: interface)
    var politeness = Politeness()
    if Files.exists(config) {
      let configuration = try wrapping { () throws(SettingsError) in try AgentConfiguration.read(config) }
      politeness = configuration.politeness
      configured = configuration
      if let own = configuration.lans.first(where: { $0.interface == interface }) {
        lan = own
      } else if !configuration.isIdle {
        throw AgentError(
          .configuration,
          "interface \(interface): \(config) names other LANs; only those it names are scanned")
      }
    }
    return try wrapping { () throws(ScanError) in
      try ScanRequest.lan(lan, politeness: politeness)
    }
  }
}
