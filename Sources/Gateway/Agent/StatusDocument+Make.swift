import FleetContract
import MUD
import Posture
package import Wording

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
  mutating func advise() { next = steps.map { $0[.en] } }

  /// What the reader should do next, most urgent first; what the agent says of a problem is there in English alone.
  package var steps: [LocalizedText] {
    var steps: [LocalizedText] = []
    if !running {
      steps.append(
        LocalizedText(
          ja: "エージェントを起動する: systemctl start kadomori", en: "start the agent: systemctl start kadomori"))
    }
    for entry in withdrawn ?? [] {
      let (what, time) = ("\(entry.purpose.rawValue) \(entry.scope)", entry.time.wholeSeconds)
      steps.append(
        LocalizedText(
          ja: "\(entry.by) が \(time) に「\(what)」の許可を取り消しました。もう一度許可するには: kadomori consent grant \(what)",
          en: "\(entry.by) withdrew '\(what)' on \(time); to allow it again: kadomori consent grant \(what)"))
    }
    if lans.isEmpty, withdrawn?.isEmpty ?? true {
      steps.append(
        LocalizedText(
          ja: "調べる LAN を \(AgentConfiguration.path) に書く（'lan: [{interface: lan0}]'）。それまでは何も調べません",
          en:
            "name the LAN to look after in \(AgentConfiguration.path) ('lan: [{interface: lan0}]'); until then nothing is scanned"
        ))
      steps.append(
        LocalizedText(
          ja: "または、設定せずに一度だけ調べる: kadomori scan --interface NAME",
          en: "or look once without configuring anything: kadomori scan --interface NAME"))
    }
    steps += (lans.compactMap(\.problem) + [broker.problem].compactMap(\.self)).map {
      LocalizedText(ja: $0, en: $0)
    }
    if lans.contains(where: { ($0.findings ?? 0) > 0 }) {
      steps.append(
        LocalizedText(ja: "見つかったものを読む: kadomori devices", en: "read what was found: kadomori devices"))
    }
    if let url = missingMUD?.first {
      let (more, place) = ((missingMUD?.count ?? 0) - 1, Paths().localMUD)
      steps.append(
        LocalizedText(
          ja: "ある機器が、必要なポートは \(url)\(more > 0 ? "（ほか \(more) 件）" : "") に書いてあると言っています。信頼できるなら自分で取得し、"
            + "名前が .json で終わるファイルとして \(place) に置く",
          en:
            "a device says that \(url)\(more > 0 ? " (and \(more) more)" : "") tells which ports it needs; if you "
            + "trust it, fetch it yourself and put it into \(place) as a file with a name in .json"))
    }
    return steps
  }
}
