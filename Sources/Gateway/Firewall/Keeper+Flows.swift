import Addresses
import LinuxIO
import Posture

extension Keeper {
  /// Ends the connections that stand to what an order closed; afterwards, or their next packet would open them again.
  ///
  /// The kernel does not say over which interface a connection came, so its first sender decides: an address of a LAN's
  /// own networks, or another.
  func cutFlows(_ order: CloseOrder) throws(FirewallError) {
    do throws(SystemError) {
      let interfaces = try NetworkInterface.all()
      let networks = interfaces.filter { order.sides.lan.contains($0.name) }.flatMap(\.addresses).map(
        \.network)
      let own = Set(interfaces.flatMap(\.addresses).map(\.address))
      let table = try ConnectionTable()
      for version4 in [true, false] {
        let flows = try table.connections(version4: version4) { flow in
          let fromLAN = flow.isFrom(networks)
          return order.entries.contains { entry in
            entry.target.port == flow.port && (entry.target.side == .lan) == fromLAN
              && flow.isTo(entry.target.place, own: own)
          }
        }
        for flow in flows { try table.forget(flow) }
      }
    } catch {
      throw FirewallError(
        .failed, "the ports are closed on trial, but connections that stood could not be ended: \(error)")
    }
  }
}

extension TrackedConnection {
  fileprivate func isFrom(_ networks: [IPv4Network]) -> Bool {
    switch from {
    case .v4(let address): networks.contains { $0.contains(address) }
    // What is not reached over a router comes from the household: an address of one link or of a unique local network.
    case .v6(let address): address.isLinkLocal || address.octets[0] & 0xfe == 0xfc
    }
  }

  fileprivate func isTo(_ place: ClosingTarget.Place, own: Set<IPv4Address>) -> Bool {
    switch (place, to) {
    case (.device(let address), _): to == address
    case (.gateway, .v4(let address)): own.contains(address)
    case (.gateway, .v6): true
    }
  }
}
