package import Addresses
package import Posture
package import Wording

/// From where a service is used.
package enum Origin: String, Hashable, Sendable, CaseIterable {
  case lan, wan
  /// From the gateway itself.
  case gateway
}

/// A service that a device needs, or is known not to need, and why.
package struct PortNeed: Hashable, Sendable {
  /// `nil` where the protocol counts, on whatever port.
  package var port: Port?
  package var `protocol`: ServiceProtocol
  /// Empty for what is not needed at all.
  package var from: [Origin]
  package var why: LocalizedText

  package init(port: Port? = nil, protocol: ServiceProtocol, from: [Origin] = [.lan], why: LocalizedText) {
    self.port = port
    self.protocol = `protocol`
    self.from = from
    self.why = why
  }

  func covers(_ service: Service) -> Bool {
    service.protocol == self.protocol && (port == nil || port == service.port)
  }
}

/// Whether a profile says that a service is needed.
package struct NeedVerdict: Hashable, Sendable {
  package var need: Need
  /// From where; empty unless `need` is yes.
  package var from: [Origin]
  /// The profile's reason; `nil` where it says nothing.
  package var why: LocalizedText?

  package init(_ need: Need, from: [Origin] = [], why: LocalizedText? = nil) {
    self.need = need
    self.from = from
    self.why = why
  }

  /// A Boolean value indicating whether the service is needed from everywhere it can be reached.
  package func covers(_ exposure: [Exposure]) -> Bool {
    need == .yes
      && exposure.allSatisfy { place in
        switch place {
        case .lan: from.contains(.lan) || from.contains(.gateway)
        case .wan: from.contains(.wan)
        }
      }
  }
}

extension FirmwareProfile {
  /// What the profile says of one service; a port it names with nothing heard from it stays unknown.
  package func verdict(on service: Service) -> NeedVerdict {
    if let need = needs.first(where: { $0.covers(service) }) {
      return NeedVerdict(.yes, from: need.from, why: need.why)
    }
    if let need = unneeded.first(where: { $0.covers(service) }) { return NeedVerdict(.no, why: need.why) }
    return NeedVerdict(.unknown)
  }

  /// The profile's entry for a port of the gateway itself, as seen from `origin`.
  package func need(_ port: Port, from origin: Origin) -> PortNeed? {
    needs.first { $0.port == port && $0.from.contains(origin) }
  }
}
