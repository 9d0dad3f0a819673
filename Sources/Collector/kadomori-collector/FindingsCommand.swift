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
      out. The time to close counts those that are still open, too (Kaplan and Meier).
      """)

  @Option(help: ArgumentHelp("Of one gateway only.", valueName: "gateway")) var gateway: GatewayID?
  @Option(help: ArgumentHelp("Of the gateways of one group; may be given again.", valueName: "name"))
  var group: [TopicName] = []
  @Option(help: ArgumentHelp("In one stage only.", valueName: "stage")) var stage: FindingCase.Stage?
  @Flag(help: "List those that are closed, accepted or muted, too.") var all = false
  @Option(help: ArgumentHelp("How many to list.", valueName: "count")) var most = 1000
  @OptionGroup var show: ShowOptions

  func validate() throws {
    guard (0...1_000_000).contains(most) else { throw ValidationError("--most goes from 0 to 1000000.") }
  }

  func run() async throws {
    try await reporting {
      let store = try show.openStore()
      let now = Clocks.wall
      var listed: [FindingRecord] = []
      var episodes: [Episode] = []
      let groups = group.isEmpty ? nil : group.map(\.description)
      try store.findings(FindingQuery(gateway: gateway, groups: groups)) { record in
        episodes += record.life?.episodes ?? []
        if isAsked(record, now) { listed.append(record) }
      }
      let count = listed.count
      listed = Array(listed.sorted(by: FindingRecord.precedes).prefix(most))
      let times = TimeToClose(episodes, now: now)
      if show.json {
        return try printJSON("findings", Listed(count: count, timeToClose: times, findings: listed))
      }
      if listed.isEmpty { talk("no finding \(all ? "is known" : "is open"), as far as gateways have told") }
      if !listed.isEmpty { printTable(listed) }
      if count > listed.count { talk("\(count - listed.count) more; --most shows them") }
      printTimes(times)
    }
  }

  private func isAsked(_ record: FindingRecord, _ now: WallTime) -> Bool {
    if let stage { return record.life?.stage == stage }
    return all || record.life?.isClosed == false && !record.isDecided(at: now)
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
  var timeToClose: TimeToClose
  var findings: [FindingRecord]

  private enum CodingKeys: String, CodingKey {
    case count, findings
    case timeToClose = "time_to_close"
  }
}

extension FindingCase.Stage: ExpressibleByArgument {}
