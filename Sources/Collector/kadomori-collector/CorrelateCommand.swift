import Addresses
import ArgumentParser
import Correlate
import FleetContract
import FleetStore
import Posture

struct CorrelateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "correlate",
    abstract: "Join what gateways say of themselves with what is seen from outside.",
    discussion: """
      INSIDE is what the gateway says the Internet reaches, OUTSIDE what 'sightings import' brought: seen, not_seen, \
      or unknown where that side did not look or was not sure. AGREEMENT is both, inside_only, outside_only, neither, \
      or unconfirmed where one side is unknown. Without --all, services on which both agree are only counted.
      """)

  @Option(help: ArgumentHelp("Show one gateway only.", valueName: "gateway")) var gateway: GatewayID?
  @Flag(help: "List every service.") var all = false
  @OptionGroup var show: ShowOptions

  /// Services that are listed; the matrix counts all.
  private static let limit = 100_000

  func run() async throws {
    try await reporting {
      let store = try show.openStore()
      var matrix = AgreementMatrix()
      var listed: [JoinedService]
      if let gateway {
        listed = try store.services(of: gateway)
        listed.forEach { matrix.add($0) }
        if !all { listed.removeAll { $0.agreement == .both || $0.agreement == .neither } }
      } else {
        matrix = try store.agreement()
        listed = try store.services(all: all, limit: Self.limit)
      }
      if show.json { return try printJSON("correlation", Correlation(matrix: matrix, services: listed)) }
      if matrix.total == 0 {
        return talk(
          "no gateway has told what can be reached ('command plan'), and nothing was seen from outside")
      }
      printServices(listed)
      printMatrix(matrix)
    }
  }

  private func printServices(_ services: [JoinedService]) {
    if services.isEmpty { return }
    var table = Table(["GATEWAY", "SERVICE", "PROTOCOL", "INSIDE", "OUTSIDE", "AGREEMENT", "SINCE"])
    for service in services {
      table.add([
        service.gateway.text, service.service.description, service.protocol?.rawValue ?? "-",
        service.inside.cell, service.outside.cell, service.agreement.rawValue, service.since.cell,
      ])
    }
    print(table.text + "\n")
  }

  private func printMatrix(_ matrix: AgreementMatrix) {
    let states = Look.State.allCases
    var table = Table(["INSIDE \\ OUTSIDE"] + states.map(\.rawValue))
    for inside in states {
      table.add([inside.rawValue] + states.map { String(matrix[inside: inside, outside: $0]) })
    }
    print(table.text)
    if let share = matrix.agreement {
      print("\nboth looked, and agree: \(Int((share * 100).rounded())) %")
    }
    print("outside alone would have missed: \(matrix.missedByOutside)")
    print("inside alone would have missed: \(matrix.missedByInside)")
    let reasons = matrix.unattributed.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { "\($0.value) \($0.key.rawValue)" }
    if !reasons.isEmpty { print("open, and nobody's: \(reasons.joined(separator: ", "))") }
  }
}

private struct Correlation: Encodable {
  var matrix: AgreementMatrix
  var services: [JoinedService]
}

extension Look {
  fileprivate var cell: String { state.rawValue + (since.map { " since \($0)" } ?? "") }
}
