import Agent
import ArgumentParser
import Glibc
import Identify
import LANScan
import LinuxIO
import Posture
import Profiles

/// Scans one LAN now.
struct Scan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the devices of a LAN, what they offer, and what is wrong with it.",
    discussion: """
      Needs CAP_NET_RAW (root has it). Only the networks attached to the interface are looked at, at most
      1,000 packets a second in all and 40 a second to any device. Ctrl-C prints what was found so far.
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("The interface of the LAN.", valueName: "name"))
  var interface: String

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var pathOptions: PathOptions

  func run() throws {
    let paths = pathOptions.paths
    let profiles = ProfileLoading.load(paths)
    let loop = EventLoop()
    let signals = try wrapping { () throws(SystemError) in try Signals([SIGINT, SIGTERM]) }
    let request = try wrapping { () throws(ScanError) in
      try ScanRequest.lan(
        AgentConfiguration.LAN(interface: interface),
        politeness: Politeness())
    }
    let identify = DeviceIdentifiers.existing(paths)
    var found: Scanner.Findings?
    let scanner = try wrapping { () throws(ScanError) in
      try Scanner(request, on: loop, identifier: identify) {
        found = $0
        loop.stop()
      }
    }
    let progress = ProgressLine(loop: loop) { scanner.progress }
    _ = loop.watch(signals.descriptor, for: .read) { _ in
      while signals.next() != nil { scanner.stop() }
    }
    try wrapping { () throws(SystemError) in try loop.run() }
    progress.clear()
    guard let found else { throw AgentError(.failed, "the scan ended without a result") }
    let report = Judgement.report(found, profiles: profiles, previous: PostureStore(paths).read(interface))
    if json {
      try Output.document(report)
    } else {
      try Output.write(
        ReportText(terminal: Terminal(1), language: Terminal.language, profiles: profiles).render(report))
    }
    if !report.scan.complete { Glibc.exit(interrupted) }
  }
}
