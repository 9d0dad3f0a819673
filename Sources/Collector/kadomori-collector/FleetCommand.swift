import ArgumentParser
import FleetContract
import FleetStore
import LinuxIO
import Posture

struct FleetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet", abstract: "List every gateway with its state and posture.")

  @OptionGroup var show: ShowOptions

  func run() async throws {
    try await reporting {
      let store = try show.openStore()
      let fleet = try store.fleet()
      if show.json { return try printJSON("gateways", fleet) }
      if let word = Self.silent(try store.enrolments(), beside: fleet) { talk(word) }
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
    }
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

extension GatewayOverview {
  /// A gateway that was put out cannot say that it is gone, so what it said last is not asked.
  var state: String {
    if enrolment?.revoked != nil { return "revoked" }
    return switch online {
    case true: "online"
    case false: cause == "lost" ? "lost" : "offline"
    default: "unknown"
    }
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
