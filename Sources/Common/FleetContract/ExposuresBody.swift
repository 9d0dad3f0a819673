package import Addresses
package import Posture

/// What of the gateway can be reached, and what is advised: `…/twin/exposures`.
///
/// By closed lists alone: neither addresses nor owners nor names, which are for readers at the gateway. Ports of devices
/// behind it, which are known by their addresses, are counted only.
package struct ExposuresBody: MessageBody, Hashable {
  package static var kind: String? { "exposures" }

  package struct Entry: Hashable, Sendable, Codable {
    package var id: String
    package var side: ClosingTarget.Side
    /// As in a finding: `tcp/23`.
    package var service: Port
    package var verdict: ClosingPlan.Verdict
    /// Words of the plan's closed list.
    package var reasons: [String]
    /// Connections that stand.
    package var flows: Int
  }

  /// More entries than this are not told; ``more`` says how many there are.
  package static let limit = 512

  package var plan: String
  package var gateway: [Entry]
  /// Entries beyond ``limit``.
  package var more: Int
  /// Ports of devices that can be reached without translation.
  package var devicePorts: Int

  package init(_ plan: ClosingPlan) {
    self.plan = plan.id
    let own = plan.entries.filter { $0.target.place == .gateway }
    gateway = own.prefix(Self.limit).map {
      Entry(
        id: $0.id, side: $0.target.side, service: $0.target.port, verdict: $0.verdict, reasons: $0.reasons,
        flows: $0.flows)
    }
    more = max(0, own.count - Self.limit)
    devicePorts = plan.entries.count - own.count
  }

  private enum CodingKeys: String, CodingKey {
    case plan, gateway, more
    case devicePorts = "device_ports"
  }
}
