import Casework
import Correlate
import Exchange
import FleetContract
import FleetStore
import LinuxIO
import Posture

/// The fleet in numbers, for whoever draws curves.
struct FleetMetrics {
  let text: String

  init(_ store: FleetStore, _ options: ScopeOptions) throws {
    var metrics = MetricsText()
    let scope = options.scope
    let fleet = try store.fleet().filter { scope.admits($0.enrolment?.group) }
    let states = Dictionary(grouping: fleet, by: \.state).mapValues(\.count)
    metrics.add(
      "kadomori_gateways", "Gateways that have ever reported, by state.",
      ["online", "offline", "lost", "revoked", "unknown"].map { ([("state", $0)], Double(states[$0] ?? 0)) })

    let now = Clocks.wall
    var stages: [String: Int] = [:]
    var severities: [String: Int] = [:]
    var decided = 0
    var episodes: [Episode] = []
    try store.findings(FindingQuery(groups: options.groups)) { record in
      guard scope.admits(record.group), let life = record.life else { return }
      episodes += life.episodes
      stages[life.stage.rawValue, default: 0] += 1
      if life.isClosed { return }
      if record.isDecided(at: now) {
        decided += 1
      } else {
        severities[record.finding.severity.rawValue, default: 0] += 1
      }
    }
    metrics.add(
      "kadomori_findings", "Findings by stage.",
      FindingCase.Stage.allCases.map { ([("stage", $0.rawValue)], Double(stages[$0.rawValue] ?? 0)) })
    metrics.add(
      "kadomori_open_findings", "Findings that are open and neither accepted nor muted, by severity.",
      Severity.allCases.map { ([("severity", $0.rawValue)], Double(severities[$0.rawValue] ?? 0)) })
    metrics.add(
      "kadomori_decided_findings", "Open findings that were accepted or muted.", [([], Double(decided))])
    let times = TimeToClose(episodes, now: now)
    metrics.add(
      "kadomori_time_to_close_seconds",
      "Time until a share of findings is closed, counting what is still open.",
      TimeToClose.shares.compactMap { share in
        times.quantile(share).map { ([("quantile", String(share))], Double($0.components.seconds)) }
      })

    var matrix = AgreementMatrix()
    let members = Set(fleet.map(\.gateway))
    try store.views { view in
      if members.contains(view.gateway) { view.services.forEach { matrix.add($0) } }
    }
    let looks = Look.State.allCases
    metrics.add(
      "kadomori_services", "Services by what inside and outside say of them.",
      looks.flatMap { inside in
        looks.map { outside in
          (
            [("inside", inside.rawValue), ("outside", outside.rawValue)],
            Double(matrix[inside: inside, outside: outside])
          )
        }
      })
    // What is nobody's, or could not be read, is no tenant's to know.
    if scope == .everybody {
      let nobody = try store.unattributedSightings()
      metrics.add(
        "kadomori_unattributed_sightings", "Sightings of open ports that are nobody's, by why.",
        Attribution.Reason.allCases.map { ([("reason", $0.rawValue)], Double(nobody[$0] ?? 0)) })
      metrics.add(
        "kadomori_set_aside_total", "Messages that could not be read, by why.", type: "counter",
        try store.setAside(newest: 0).counts.sorted { $0.key < $1.key }
          .map { ([("reason", $0.key)], Double($0.value)) })
    }
    text = metrics.text
  }
}
