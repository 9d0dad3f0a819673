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
      let own = try LocalAddress.all()
      let networks = own.filter { order.sides.lan.contains($0.interface) }
      let table = try ConnectionTable()
      for version4 in [true, false] {
        let flows = try table.connections(version4: version4) { flow in
          let isFromLAN = networks.contains { $0.isNetwork(of: flow.from) }
          return order.entries.contains { entry in
            guard entry.target.port == flow.port, (entry.target.side == .lan) == isFromLAN else {
              return false
            }
            return switch entry.target.place {
            case .device(let address): flow.to == address
            case .gateway: own.contains { $0.address == flow.to }
            }
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
