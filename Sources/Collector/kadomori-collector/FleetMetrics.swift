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
    let counts = try store.counts(inGroups: options.groups, now: Clocks.wall)
    metrics.add(
      "kadomori_gateways", "Gateways that have ever reported, by state.",
      ["online", "offline", "lost", "revoked", "unknown"].map {
        ([("state", $0)], Double(counts.gateways[$0] ?? 0))
      })

    metrics.add(
      "kadomori_findings", "Findings by stage.",
      FindingCase.Stage.allCases.map { ([("stage", $0.rawValue)], Double(counts.stages[$0] ?? 0)) })
    metrics.add(
      "kadomori_open_findings", "Findings that are open and neither accepted nor muted, by severity.",
      Severity.allCases.map { ([("severity", $0.rawValue)], Double(counts.severities[$0] ?? 0)) })
    metrics.add(
      "kadomori_decided_findings", "Open findings that were accepted or muted.",
      [([], Double(counts.decided))])
    metrics.add(
      "kadomori_time_to_close_seconds",
      "Time until a share of findings is closed, counting what is still open.",
      TimeToClose.shares.compactMap { share in
        counts.timeToClose.quantile(share).map {
          ([("quantile", String(share))], Double($0.components.seconds))
        }
      })

    let matrix = try store.agreement(inGroups: options.groups)
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
      metrics.add(
        "kadomori_unattributed_sightings", "Sightings of open ports that are nobody's, by why.",
        Attribution.Reason.allCases.map { ([("reason", $0.rawValue)], Double(matrix.unattributed[$0] ?? 0)) })
      metrics.add(
        "kadomori_set_aside_total", "Messages that could not be read, by why.", type: "counter",
        try store.setAside(newest: 0).counts.sorted { $0.key < $1.key }
          .map { ([("reason", $0.key)], Double($0.value)) })
    }
    text = metrics.text
  }
}
