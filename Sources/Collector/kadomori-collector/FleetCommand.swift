import ArgumentParser
import FleetContract
import FleetStore
import Posture

struct FleetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet", abstract: "List every gateway with its state and posture.")

  @OptionGroup var show: ShowOptions

  func run() async throws {
    try await reporting {
      let fleet = try show.openStore().fleet()
      if show.json { return try printJSON("gateways", fleet) }
      if fleet.isEmpty { return talk("no gateway has reported yet") }
      var table = Table([
        "GATEWAY", "STATE", "SINCE", "GRADE", "FINDINGS", "DEVICES", "AGENT", "POSTURE", "LAST SEEN",
      ])
      for gateway in fleet {
        table.add([
          gateway.gateway.description, gateway.state, gateway.since.cell,
          gateway.posture?.grade.rawValue ?? "-", gateway.posture?.findingsText ?? "-",
          gateway.posture.map { String($0.devices) } ?? "-", gateway.agent ?? "-",
          (gateway.posture?.time).cell, gateway.lastReceived.description,
        ])
      }
      print(table.text)
    }
  }
}

extension GatewayOverview {
  var state: String {
    switch online {
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
