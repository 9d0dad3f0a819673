import Addresses
import LinuxIO

/// Finds the first hop to all targets: one router, on the interface that was chosen.
enum LinkSearch {
  /// Without a `hardware` address of our own it only makes sure that the way goes by this interface.
  static func link(
    for space: TargetSpace, on interface: NetworkInterface, hardware: MACAddress?
  ) throws -> Link {
    var link = Link(hardware: hardware ?? .zero, router: .zero, source4: nil, source6: nil)
    var known: IPAddress?
    for block in space.blocks {
      let route: Route
      do throws(SystemError) {
        route = try Route.to(block.base)
      } catch {
        throw WideScanError(
          .network, "no route to block \(block): \(error.reason); 'ip route add' one by '\(interface.name)'")
      }
      guard route.interface == interface.index else {
        throw WideScanError(
          .network,
          "the route to block \(block) does not go by interface '\(interface.name)'; nothing is sent")
      }
      // A line to one other station, as of PPP, has no routers.
      guard let router = route.router ?? (interface.isEthernet ? nil : block.base) else {
        throw WideScanError(
          .network,
          "block \(block) is on the link of '\(interface.name)' itself; a wide scan goes through a router, "
            + "'kadomori scan' looks at a link")
      }
      switch route.source {
      case .v4(let address): link.source4 = address
      case .v6(let address): link.source6 = address
      case nil:
        throw WideScanError(.network, "interface '\(interface.name)' has no address to reach \(block) from")
      }
      if router == known || hardware == nil { continue }
      guard let found = try RouterSearch.find(router, on: interface) else {
        throw WideScanError(.network, "the router \(router) does not say its hardware address; is it there?")
      }
      guard link.router == .zero || link.router == found else {
        throw WideScanError(
          .network, "block \(block) is behind another router (\(router)); scan it in a plan of its own")
      }
      (link.router, known) = (found, router)
    }
    return link
  }
}
