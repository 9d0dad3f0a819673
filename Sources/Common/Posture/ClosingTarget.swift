package import Addresses

/// What a closing keeps out: new connections to one port, from one side of the gateway.
package struct ClosingTarget: Hashable, Sendable, Codable {
  /// Where the connections come from.
  package enum Side: String, Hashable, Sendable, Codable, CaseIterable {
    case wan, lan
  }

  /// Whose port it is, as whoever connects sees it.
  package enum Place: Hashable, Sendable {
    /// A port of an address of the gateway: a socket of its own, a forward (DNAT), or a mapping of UPnP.
    case gateway
    /// A port of a device that is reached without translation, as with IPv6.
    case device(IPAddress)
  }

  package var side: Side
  package var place: Place
  package var port: Port

  package init(_ port: Port, of place: Place = .gateway, from side: Side = .wan) {
    self.side = side
    self.place = place
    self.port = port
  }
}

extension ClosingTarget.Place: LosslessStringConvertible {
  /// Reads `gateway` or an address.
  package init?(_ text: String) {
    if text == "gateway" {
      self = .gateway
    } else if let address = IPAddress(text) {
      self = .device(address)
    } else {
      return nil
    }
  }

  package var description: String {
    switch self {
    case .gateway: "gateway"
    case .device(let address): address.description
    }
  }
}

extension ClosingTarget.Place: CodableByDescription {}
