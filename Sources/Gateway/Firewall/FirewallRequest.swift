package import Addresses

/// What the helper can be asked: a closed list, each one line of JSON.
package enum FirewallRequest: Hashable, Sendable, Codable {
  case close(CloseOrder)
  case confirm(plan: String)
  /// Names closings or plans.
  case undo(ids: [String])
  case undoAll
  case closings
  /// All tables, whosoever they are, as `nft -j list ruleset` prints them.
  case ruleset
  /// Begins to learn which ports are used, if that was not begun, and tells what was learnt.
  case use(Sides)
  case forgetUse
  case loadIndicators(IndicatorChunk)
  /// Holds devices of a LAN back for some seconds.
  case hold(LANHold)
}

/// A part of a list of addresses to which nothing may go.
package struct IndicatorChunk: Hashable, Sendable, Codable {
  /// What the gateway itself opens to its broker, its DNS and its time, whatever a list says.
  package struct OwnFlow: Hashable, Sendable, Codable {
    package var address: IPAddress
    package var port: Port

    package init(address: IPAddress, port: Port) {
      self.address = address
      self.port = port
    }
  }

  /// Addresses in one chunk.
  package static let limit = 4096

  /// Whether what was loaded before goes.
  package var begins: Bool
  package var addresses: [IPAddress]
  package var own: [OwnFlow]
  package var sides: Sides

  package init(begins: Bool, addresses: [IPAddress], own: [OwnFlow], sides: Sides) {
    self.begins = begins
    self.addresses = addresses
    self.own = own
    self.sides = sides
  }
}

/// What the helper answers: one line of JSON, after ``document`` so many bytes more.
package enum FirewallAnswer: Hashable, Sendable, Codable {
  /// What the request changed, or what there is; and whether others keep removing our table.
  case closings([Closing], contested: Bool)
  case done
  /// How many addresses of a list were taken; the others are the gateway's own, or no addresses of the Internet.
  case loaded(Int)
  case document(bytes: Int)
  case fault(FirewallError)
}
