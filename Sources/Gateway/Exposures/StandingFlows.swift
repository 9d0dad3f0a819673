package import Addresses
package import LinuxIO
import Posture

/// The connections that stand now: of the gateway's own sockets, and those it passes on.
package struct StandingFlows: Sendable {
  package var connections: [ListedSocket]
  package var tracked: [TrackedFlow]

  package init(connections: [ListedSocket] = [], tracked: [TrackedFlow] = []) {
    self.connections = connections
    self.tracked = tracked
  }

  /// How many a closing of the target would be about.
  func count(of target: ClosingTarget, leadingTo end: Endpoint?, lan: [GatewayNetwork.Link]) -> Int {
    func isFromSide(_ address: IPAddress) -> Bool {
      !address.isLoopback && lan.contains { $0.reaches(address) } == (target.side == .lan)
    }
    if case .device(let address) = target.place {
      return tracked.count { $0.answers == Endpoint(address, target.port.number) && isFromSide($0.asker) }
    }
    if let end {
      return tracked.count {
        $0.transport == target.port.transport && $0.asked.port == target.port.number && $0.answers == end
          && isFromSide($0.asker)
      }
    }
    return connections.count { $0.port == target.port && isFromSide($0.peer.address.unmapped) }
  }
}

/// One flow of the kernel's connection tracking.
package struct TrackedFlow: Hashable, Sendable {
  package var transport: Transport
  /// Who began it.
  package var asker: IPAddress
  /// Whom it was begun to.
  package var asked: Endpoint
  /// Who answers, after translation.
  package var answers: Endpoint

  package init(transport: Transport, asker: IPAddress, asked: Endpoint, answers: Endpoint) {
    self.transport = transport
    self.asker = asker
    self.asked = asked
    self.answers = answers
  }

  /// Flows beyond are passed over.
  package static let limit = 65_536

  /// Reads `/proc/net/nf_conntrack` (net/netfilter/nf_conntrack_standalone.c).
  package static func flows(_ bytes: [UInt8]) -> [TrackedFlow] {
    bytes.split(separator: 0x0a).prefix(limit).compactMap { line in
      let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
      func values(_ name: String) -> [String] {
        words.filter { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
      }
      let sources = values("src").compactMap { IPAddress($0) }
      let targets = values("dst").compactMap { IPAddress($0) }
      let ports = values("dport").compactMap { UInt16($0) }
      let answering = values("sport").compactMap { UInt16($0) }
      guard words.count > 2, let transport = Transport(rawValue: words[2]), sources.count == 2,
        targets.count == 2, ports.count == 2, answering.count == 2
      else { return nil }
      return TrackedFlow(
        transport: transport, asker: sources[0], asked: Endpoint(targets[0], ports[0]),
        answers: Endpoint(sources[1], answering[1]))
    }
  }
}
