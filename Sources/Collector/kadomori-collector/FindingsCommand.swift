import ArgumentParser
import Casework
import FleetContract
import FleetStore
import LinuxIO
import Posture

struct FindingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "findings",
    abstract: "List what is wrong in the fleet, and how far each finding is on its way to closed.",
    discussion: """
      STAGE is detected, notified, acknowledged, acted, closed_inside (the gateway no longer finds it, but somebody \
      outside still saw it open), closed, or reopened. Names of facilities that strangers can read go first, then the \
      worst, then what has waited longest. Without --all, closed ones and those that were accepted or muted are left \
      out. The time to close counts those that are still open, too (Kaplan and Meier); of the whole fleet it is told to \
      within 2 %.
      """)

  @Option(help: ArgumentHelp("Of one gateway only.", valueName: "gateway")) var gateway: GatewayID?
  @Option(help: ArgumentHelp("Of the gateways of one group; may be given again.", valueName: "name"))
  var group: [TopicName] = []
  @Option(help: ArgumentHelp("In one stage only.", valueName: "stage")) var stage: FindingCase.Stage?
  @Option(help: ArgumentHelp("Of one severity only.", valueName: "severity")) var severity: Severity?
  @Option(help: ArgumentHelp("About one kind of device only.", valueName: "kind")) var kind: DeviceKind?
  @Option(help: ArgumentHelp("Of one check only, as 'telnet-open'.", valueName: "check")) var check: String?
  @Flag(help: "List those that are closed, accepted or muted, too.") var all = false
  @Option(
    name: [.customLong("most"), .customLong("limit")],
    help: ArgumentHelp("How many to list.", valueName: "count")) var most = 1000
  @Option(
    help: ArgumentHelp("Go on after a list that was too long, as it says at its end.", valueName: "place"))
  var after: FindingCursor?
  @OptionGroup var show: ShowOptions

  func validate() throws {
    guard (0...1_000_000).contains(most) else { throw ValidationError("--most goes from 0 to 1000000.") }
  }

  func run() async throws {
    try await reporting {
      let store = try show.openStore()
      let now = Clocks.wall
      let groups = group.isEmpty ? nil : group.map(\.description)
      let filter = FindingFilter(
        gateway: gateway, groups: groups, stage: stage, severity: severity, kind: kind, check: check, all: all
      )
      let page = try store.findingsPage(filter, after: after, limit: most, now: now)
      let count = try store.countFindings(filter, now: now)
      let times = try timeToClose(store, groups, now)
      let next = page.next?.text
      if show.json {
        return try printJSON(
          "findings", Listed(count: count, next: next, timeToClose: times, findings: page.items))
      }
      if page.items.isEmpty {
        talk("no finding \(all ? "is known" : "is open"), as far as gateways have told")
      }
      if !page.items.isEmpty { printTable(page.items) }
      if let next { talk("\(count) in all; --after \(next) goes on") }
      printTimes(times)
    }
  }

  private func timeToClose(_ store: FleetStore, _ groups: [String]?, _ now: WallTime) throws -> TimeToClose {
    guard let gateway else { return try store.timeToClose(inGroups: groups, now: now) }
    var episodes: [Episode] = []
    try store.findings(FindingQuery(gateway: gateway, groups: groups)) { episodes += $0.life?.episodes ?? [] }
    return TimeToClose(episodes, now: now)
  }

  private func printTable(_ records: [FindingRecord]) {
    var table = Table(["SEVERITY", "STAGE", "SINCE", "GATEWAY", "FINDING", "KIND", "DETECTED"])
    for record in records {
      table.add([
        record.finding.severity.rawValue, record.life?.stage.rawValue ?? "closed", (record.life?.since).cell,
        record.gateway.text, record.finding.id, record.kind?.rawValue ?? "-",
        (record.life?.present.detected).cell,
      ])
    }
    print(table.text)
  }

  private func printTimes(_ times: TimeToClose) {
    guard times.closed > 0 else { return }
    let texts = TimeToClose.shares.map { share in
      "\(Int(share * 100)) % in \(times.quantile(share).map(Self.text) ?? "-")"
    }
    print("\ntime to close: \(texts.joined(separator: ", ")); \(times.closed) closed, \(times.open) open")
  }

  private static func text(_ time: Duration) -> String {
    let seconds = time.components.seconds
    switch seconds {
    case ..<120: return "\(seconds) s"
    case ..<7200: return "\(seconds / 60) min"
    case ..<172_800: return "\(seconds / 3600) h"
    default: return "\(seconds / 86_400) days"
    }
  }
}

private struct Listed: Encodable {
  var count: Int
  var next: String?
  var timeToClose: TimeToClose
  var findings: [FindingRecord]

  private enum CodingKeys: String, CodingKey {
    case count, next, findings
    case timeToClose = "time_to_close"
  }
}

extension FindingCase.Stage: ExpressibleByArgument {}
extension Severity: ExpressibleByArgument {}
extension DeviceKind: ExpressibleByArgument {}
extension FindingCursor: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}
