package import Addresses
package import Campaigns
import Identify
package import Posture
package import Profiles
import Recognition

/// Says of what the ports of one address said which kind of device that is.
package struct LookReader: Sendable {
  private let profiles: ProfileSet

  package init(_ profiles: ProfileSet) { self.profiles = profiles }

  /// The looks of one address, by port.
  ///
  /// All of its ports count as one device, which holds where an address is one subscriber's: what is behind a
  /// translation of ports may be several.
  package func looks(
    _ answers: [UInt16: LookRound.Answer], at address: IPAddress, time: WallTime
  ) -> [UInt16: ServiceLook] {
    let services = answers.filter { $0.value.outcome == .answered }.sorted { $0.key < $1.key }.map {
      port, answer in
      Service(
        port: .tcp(port), protocol: answer.found.protocol, tls: answer.found.tls,
        product: answer.found.product, version: answer.found.version, exposure: [.wan],
        facts: answer.found.facts)
    }
    let device = Recognition.applied(
      to: Device(id: "", addresses: [address], services: services), profiles: profiles)
    return answers.mapValues { answer in
      let found = answer.found
      return ServiceLook(
        Self.outcome(answer.outcome), protocol: found.protocol, tls: found.tls, product: found.product,
        version: found.version, facts: found.facts,
        kind: answer.outcome == .answered ? device.kind : .unknown,
        kindSureness: answer.outcome == .answered ? Int((device.confidence * 1000).rounded()) : 0,
        facility: FacilityTable.mark(in: found.facts), at: time)
    }
  }

  private static func outcome(_ outcome: LookRound.Answer.Outcome) -> ServiceLook.Outcome {
    switch outcome {
    case .answered: .answered
    case .mute: .mute
    case .gone: .gone
    case .leftAlone: .leftAlone
    }
  }
}
