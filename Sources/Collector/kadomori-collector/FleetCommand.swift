import ArgumentParser
import FleetContract
import FleetStore
import LinuxIO
import Posture

struct FleetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet", abstract: "List every gateway with its state and posture.")

  @Option(
    help: ArgumentHelp(
      "Only those whose name or address, or a device's name or id, begins so.", valueName: "text"))
  var search: String?
  @Option(help: ArgumentHelp("Of one group; may be given again.", valueName: "name")) var group: [TopicName] =
    []
  @Option(help: ArgumentHelp("online, offline, lost, revoked or unknown.", valueName: "word"))
  var status: GatewayStatus?
  @Option(help: ArgumentHelp("Of one grade only.", valueName: "grade")) var grade: Grade?
  @Option(
    help: ArgumentHelp("How many to list; all without it, or 100 that were searched.", valueName: "count"))
  var limit: Int?
  @Option(help: ArgumentHelp("Go on after this gateway.", valueName: "gateway")) var after: GatewayID?
  @OptionGroup var show: ShowOptions

  func validate() throws {
    guard (1...1_000_000).contains(limit ?? 1) else {
      throw ValidationError("--limit goes from 1 to 1000000.")
    }
    if search != nil, status != nil || grade != nil || after != nil {
      throw ValidationError("--search goes with --group and --limit alone.")
    }
  }

  func run() async throws {
    try await reporting {
      let store = try show.openStore()
      let fleet = try chosen(store)
      if show.json { return try printJSON("gateways", fleet) }
      let isWhole =
        search == nil && group.isEmpty && status == nil && grade == nil && after == nil && limit == nil
      if isWhole, let word = Self.silent(try store.enrolments(), beside: fleet) { talk(word) }
      if fleet.isEmpty, !isWhole { return talk("no gateway is like that") }
      if fleet.isEmpty { return talk("no gateway has reported yet") }
      var table = Table([
        "GATEWAY", "STATE", "SINCE", "GRADE", "FINDINGS", "DEVICES", "AGENT", "POSTURE", "LAST SEEN", "GROUP",
        "ENROLMENT",
      ])
      let now = Clocks.wall
      for gateway in fleet {
        table.add([
          gateway.gateway.description, gateway.state, gateway.since.cell,
          gateway.posture?.grade.rawValue ?? "-", gateway.posture?.findingsText ?? "-",
          gateway.posture.map { String($0.devices) } ?? "-", gateway.agent ?? "-",
          (gateway.posture?.time).cell, gateway.lastReceived.description, gateway.enrolment?.group ?? "-",
          gateway.enrolment?.text(at: now) ?? "-",
        ])
      }
      print(table.text)
      if let limit, search == nil, fleet.count == limit, let last = fleet.last {
        talk("there may be more; --after \(last.gateway) goes on")
      }
    }
  }

  private func chosen(_ store: FleetStore) throws -> [GatewayOverview] {
    let groups = group.isEmpty ? nil : group.map(\.description)
    if let search {
      return try store.searchGateways(search, inGroups: groups, limit: limit ?? 100).map(\.overview)
    }
    let filter = FleetFilter(groups: groups, state: status?.rawValue, grade: grade)
    return try store.fleetPage(filter, after: after, limit: limit ?? 1_000_000).items
  }

  /// Names gateways that have enrolled and never reported.
  private static func silent(_ enrolments: [Enrolment], beside fleet: [GatewayOverview]) -> String? {
    let heard = Set(fleet.map(\.gateway))
    let silent = enrolments.filter { $0.revoked == nil && !heard.contains($0.gateway) }
    guard !silent.isEmpty else { return nil }
    let names = silent.prefix(5).map(\.gateway.description).joined(separator: ", ")
    return "enrolled, and not heard of yet: \(silent.count) (\(names)\(silent.count > 5 ? ", …" : ""))"
  }
}

extension Enrolment {
  /// Where the gateway stands, in a word and a time.
  func text(at now: WallTime) -> String {
    if let revoked { return "revoked \(revoked)" }
    guard let expires else { return "without a certificate" }
    return (expires <= now ? "expired " : "until ") + expires.description
  }
}

extension StoredPosture {
  /// `1 critical, 2 high`, worst first.
  var findingsText: String {
    let counts = Severity.allCases.sorted(by: >).compactMap { severity in
      findings[severity].map { "\($0) \(severity.rawValue)" }
    }
    return counts.isEmpty ? "none" : counts.joined(separator: ", ")
  }
}

/// The words of a gateway's state.
enum GatewayStatus: String, CaseIterable, ExpressibleByArgument {
  case online, offline, lost, revoked, unknown
}

extension Grade: ExpressibleByArgument {}
