import Addresses
package import Cryptography
package import Posture

/// Makes a plan of closings from what can be reached.
package struct PlanMaker {
  package var use: ObservedUse
  package var devices: [Device]
  /// The port of the gateway to which whoever asks is connected.
  package var callersPort: UInt16?

  /// The units of our own.
  private static let ourUnits: Set<String> = ["kadomori.service", "kadomori-collector.service"]

  package init(use: ObservedUse, devices: [Device] = [], callersPort: UInt16? = nil) {
    self.use = use
    self.devices = devices
    self.callersPort = callersPort
  }

  /// The entries for ports, those to close first, then as the ports stand.
  package func entries(for ports: [ExposedPort]) -> [ClosingPlan.Entry] {
    let order: [ClosingPlan.Verdict] = [.now, .afterLearning, .ask, .never]
    let judged = ports.map(entry)
    return order.flatMap { verdict in judged.filter { $0.verdict == verdict } }
  }

  private func entry(_ port: ExposedPort) -> ClosingPlan.Entry {
    let (verdict, reasons) = Verdicts.judge(evidence(port))
    return ClosingPlan.Entry(
      id: Self.id(of: port.target), target: port.target, verdict: verdict, reasons: reasons.map(\.rawValue),
      owner: Self.owner(port), flows: port.flows)
  }

  /// Everything that is known of one port.
  package func evidence(_ port: ExposedPort) -> PortEvidence {
    let device = port.device.flatMap { id in devices.first { $0.id == id } }
    return PortEvidence(
      port.target.side, port.target.port, means: port.means, reachable: port.reachable,
      isOwnerKnown: port.owner?.isKnown == true || device != nil || port.owner?.container != nil,
      isContainer: port.owner?.container != nil,
      isOurs: port.owner?.unit.map { Self.ourUnits.contains($0) } ?? false, isTemporary: port.isTemporary,
      need: port.need, use: used(port), hasAdminSession: isAdministrators(port),
      isIndustrial: device.map { Self.industrialKinds.contains($0.kind) } ?? false)
  }

  private static let industrialKinds: Set<DeviceKind> = [.plc, .hmi, .meter, .buildingController]

  private func used(_ port: ExposedPort) -> PortEvidence.Use {
    guard port.target.side == .wan else { return .unknown }
    var keys = [ObservedUse.Learned(port.target.port, of: port.target.place)]
    // Behind a forward the device's own answers are learned.
    if let end = port.leadsTo {
      keys.append(ObservedUse.Learned(.init(port.target.port.transport, end.port), of: .device(end.address)))
    }
    let last = keys.compactMap { use.ports[$0]?.secondsAgo }.min()
    if let last { return .seen(secondsAgo: last) }
    return use.seconds.map { .unseen(seconds: $0) } ?? .unknown
  }

  /// Whether somebody who looks after the gateway is connected to it.
  private func isAdministrators(_ port: ExposedPort) -> Bool {
    guard port.target.place == .gateway, port.target.port.transport == .tcp, port.leadsTo == nil else {
      return false
    }
    if port.target.port.number == callersPort { return true }
    let unit = port.owner?.unit ?? "", package = port.owner?.package ?? ""
    let isShell = unit.hasPrefix("ssh") || unit.hasPrefix("dropbear") || package.contains("ssh-server")
    return port.flows > 0 && (isShell || port.target.port.number == 22)
  }

  private static func owner(_ port: ExposedPort) -> String? {
    let end = port.leadsTo.map { "→ \($0)" }
    let words = [port.owner?.name, end, port.description.map { "\"\($0)\"" }].compactMap(\.self)
    return words.isEmpty ? nil : words.joined(separator: " ")
  }
}

extension PlanMaker {
  /// The same for the same target in every plan.
  package static func id(of target: ClosingTarget) -> String {
    let text = "\(target.side.rawValue) \(target.place) \(target.port)"
    return "cl-" + Base32.encode(Digest.sha256(Array(text.utf8))).prefix(8)
  }

  /// A new plan's id.
  package static func newPlanID() throws(CryptoError) -> String {
    "plan-" + Base32.encode(try Digest.random(5))
  }
}
