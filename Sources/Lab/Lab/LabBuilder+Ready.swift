import Addresses
import Foundation

extension LabBuilder {
  /// Waits until every service has answered; throws with the log of the personas that did not.
  ///
  /// The questions come from the switch, so that the gateway has met nobody when the lab is handed
  /// over; personas that share an address are asked from their own namespaces.
  func waitUntilReady(limit: Duration, endsEarly: Bool) throws {
    let readiness = Readiness(targets: targets, limit: limit)
    let outcome = try withAddressOfSwitch {
      try readiness.wait { [self] in
        try checkInterruption()
        return endsEarly && !dead.isEmpty
      }
    }
    guard case .silent(let silent) = outcome else { return }
    let ended = Set(dead)
    let report = Dictionary(grouping: silent) { $0.persona }.sorted { $0.key < $1.key }
      .filter { ended.isEmpty || ended.contains($0.key) }
      .map { index, targets in
        let ports = targets.map(\.service.port.description).joined(separator: ", ")
        let what = ended.contains(index) ? "ended before it answered on" : "did not answer on"
        let log = directory.tail(of: personas[index]).split(separator: "\n").map { "    \($0)" }
        return "\(personas[index].name) \(what) \(ports); the end of its log:\n" + log.joined(separator: "\n")
      }
    throw LabError(.failed, report.joined(separator: "\n"))
  }

  private var targets: [Readiness.Target] {
    let owners = Dictionary(grouping: personas, by: \.address)
    return personas.enumerated().flatMap { index, persona in
      let isShared = (owners[persona.address]?.count ?? 0) > 1
      let place = isShared ? persona.name : persona.isOnLAN ? "sw" : "gw"
      return persona.services.map {
        Readiness.Target(
          persona: index, service: $0, address: persona.address,
          namespace: NetworkNamespace(name: id.namespace(of: place)))
      }
    }
  }

  /// The personas that have programs, none of which lives.
  private var dead: [Int] {
    personas.indices.filter { index in
      let namespace = NetworkNamespace(name: id.namespace(of: personas[index].name))
      return !personas[index].programs.isEmpty && NamespaceProcesses(of: [namespace]).list().isEmpty
    }
  }

  private func withAddressOfSwitch<Result>(_ body: () throws -> Result) throws -> Result {
    let address = "\(LabNetwork.readiness)/\(plan.network.prefix) dev br0"
    let inside = ["ip", "-n", id.namespace(of: "sw"), "-batch", "-"]
    try run(inside, input: "address add \(address)\n")
    let result = Swift.Result { try body() }
    try run(inside, input: "address delete \(address)\n")
    return try result.get()
  }
}
