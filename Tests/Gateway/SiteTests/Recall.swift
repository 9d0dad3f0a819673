import Addresses
import Lab
import Posture

/// What a scan found of what its lab knows to be there, and what it should not have found.
struct Recall {
  /// Services of the lab that were found open, and all there are.
  private(set) var found = 0
  private(set) var total = 0
  /// Devices and services that were not found, and services that were called something else.
  private(set) var missed: [String] = []
  private(set) var misnamed: [String] = []
  /// What the lab has not.
  private(set) var invented: [String] = []

  init(of lab: LabDocument, in report: PostureReport) {
    let byAddress = Dictionary(
      report.devices.flatMap { device in device.addresses.map { ($0, device) } }
    ) { first, _ in first }
    for persona in lab.personas {
      total += persona.services.count
      guard let device = byAddress[.v4(persona.address)] else {
        missed.append(persona.name)
        continue
      }
      if device.mac != persona.mac { misnamed.append("\(persona.name): \(device.mac?.description ?? "-")") }
      let open = Dictionary(device.services.map { ($0.port, $0.protocol) }) { first, _ in first }
      for service in persona.services {
        guard let name = open[service.port] else {
          missed.append("\(persona.name) \(service.port)")
          continue
        }
        found += 1
        if name != service.protocol { misnamed.append("\(persona.name) \(service.port): \(name.rawValue)") }
      }
      invented += Set(open.keys).subtracting(persona.services.map(\.port)).sorted().map {
        "\(persona.name) \($0)"
      }
    }
    let known = Set(lab.personas.map { IPAddress.v4($0.address) })
    invented += report.devices.filter { known.isDisjoint(with: $0.addresses) }
      .map { $0.addresses.description }
  }
}
