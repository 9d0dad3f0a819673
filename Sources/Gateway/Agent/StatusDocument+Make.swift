import FleetContract
import MUD
import Posture

extension StatusDocument {
  /// What the reports and the MUD files alone tell, as far as a reader without a running agent knows it.
  init(
    configuration: AgentConfiguration?, gateway: GatewayID?, reports: [String: PostureReport],
    mud: MUDLibrary, isRunning: Bool
  ) {
    let interfaces = configuration?.lans.map(\.interface) ?? reports.keys.sorted()
    running = isRunning
    self.gateway = gateway?.description
    version = AgentVersion.current
    lans = interfaces.map { interface in
      let report = reports[interface]
      return LAN(
        interface: interface, scanning: false, lastScan: report?.scan.started,
        complete: report?.scan.complete,
        devices: report?.present.count, findings: report?.findings.count,
        worst: report?.findings.map(\.severity).max())
    }
    broker = Broker(state: .notConfigured, address: configuration?.broker.map { "\($0.host):\($0.port)" })
    queued = 0
    grade = PostureSummary(of: interfaces.compactMap { reports[$0] }, agentVersion: version).grade
    next = []
    problems = []
    missingMUD = mud.missing(on: reports.values.flatMap(\.devices)).map(\.text)
  }

  /// Fills ``next`` from the rest of the document.
  mutating func advise() {
    next = []
    if !running { next.append("start the agent: systemctl start kadomori") }
    for entry in withdrawn ?? [] {
      next.append(
        "\(entry.by) withdrew '\(entry.purpose.rawValue) \(entry.scope)' on \(entry.time.wholeSeconds); to allow it again: "
          + "kadomori consent grant \(entry.purpose.rawValue) \(entry.scope)")
    }
    if lans.isEmpty, withdrawn?.isEmpty ?? true {
      next.append(
        "name the LAN to look after in \(AgentConfiguration.path) ('lan: [{interface: lan0}]'); until then nothing is scanned"
      )
      next.append("or look once without configuring anything: kadomori scan --interface NAME")
    }
    for lan in lans { if let problem = lan.problem { next.append(problem) } }
    if let problem = broker.problem { next.append(problem) }
    if lans.contains(where: { ($0.findings ?? 0) > 0 }) {
      next.append("read what was found: kadomori devices")
    }
    if let url = missingMUD?.first {
      let more = (missingMUD?.count ?? 0) - 1
      next.append(
        "a device says that \(url)\(more > 0 ? " (and \(more) more)" : "") tells which ports it needs; if you "
          + "trust it, fetch it yourself and put it into \(Paths().localMUD) as a file with a name in .json")
    }
  }
}
