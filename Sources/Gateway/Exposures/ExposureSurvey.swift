package import Addresses
package import LinuxIO
package import Posture

/// Everything that is known of what can be reached, before it is joined.
package struct ExposureSurvey: Sendable {
  package var network: GatewayNetwork
  package var sockets: [ListedSocket] = []
  package var owners: [UInt32: PortOwner] = [:]
  /// Whose the ports of containers are, to which forwards lead.
  package var containers: [RoomSearch.Place: PortOwner] = [:]
  /// `nil` where it could not be read: then nothing is known to be closed.
  package var ruleset: Ruleset?
  package var mappings: [Mapping] = []
  /// The devices of the LANs, with their services.
  package var devices: [Device] = []
  package var flows = StandingFlows()
  /// Ports of UDP that stay, though they are among those that clients are given.
  package var lastingPorts: Set<UInt16> = []
  /// A rule that leads more ports than this elsewhere is told as a whole.
  package static let widestForward = 32

  /// Forwards of so many ports that they are not listed one by one.
  package private(set) var wideForwards: [Forward] = []
  private var found: [ClosingTarget: ExposedPort] = [:]

  package init(_ network: GatewayNetwork) {
    self.network = network
  }

  /// Whether a port is needed from a side; of the device behind it, or of the gateway where that is `nil`.
  package typealias NeedQuestion = (ClosingTarget.Side, Device?, Port) -> (need: Need, source: NeedSource?)

  /// Joins it all.
  package mutating func exposures(need: NeedQuestion) -> [ExposedPort] {
    found = [:]
    wideForwards = []
    for socket in sockets { add(socket) }
    for link in network.wan { addForwards(link) }
    for mapping in mappings.prefix(Mapping.limit) { add(mapping) }
    if !network.wan.isEmpty { for device in devices where !device.isAbsent { add(device) } }
    return found.values.map { port in
      var port = port
      let behind = self.device(behind: port)
      if port.means.isSuperset(of: [.listener, .forward]), !port.isOwnersForward { port.owner = nil }
      if behind == nil, port.owner == nil, let end = port.leadsTo {
        port.owner = containers[RoomSearch.Place(port.target.port.transport, end)]
      }
      port.device = behind?.id
      (port.need, port.needSource) = need(
        port.target.side, behind,
        port.leadsTo.map { Port(port.target.port.transport, $0.port) } ?? port.target.port)
      port.flows = flows.count(of: port.target, leadingTo: port.leadsTo, lan: network.lan)
      return port
    }.sorted(by: ExposedPort.precedes)
  }

  private func device(behind port: ExposedPort) -> Device? {
    var address = port.leadsTo?.address
    if case .device(let own) = port.target.place { address = own }
    return address.flatMap { address in devices.first { $0.addresses.contains(address) } }
  }

  private mutating func add(_ port: ExposedPort) {
    if found[port.target] == nil { found[port.target] = port } else { found[port.target]?.join(port) }
  }

  // MARK: Sockets

  private mutating func add(_ socket: ListedSocket) {
    let address = socket.address.unmapped
    guard socket.port.number > 0, !address.isLoopback, !address.isLinkLocal else { return }
    // Without a peer, a client of UDP looks like a server.
    let isTemporary = mayBeTemporary(socket) && !lastingPorts.contains(socket.port.number)
    for (side, links) in [(ClosingTarget.Side.wan, network.wan), (.lan, network.lan)] {
      var reachable: Truth?
      for link in links where socket.interfaceIndex == 0 || socket.interfaceIndex == link.index {
        for isVersion6 in [false, true] where takes(socket, address, isVersion6, on: side, link) {
          let newcomer = Newcomer(
            interface: link.name, isVersion6: isVersion6, transport: socket.port.transport,
            port: socket.port.number, own: own(link, isVersion6))
          reachable = max(reachable ?? .no, isOpen(newcomer, ["prerouting", "input"]))
        }
      }
      guard let reachable else { continue }
      add(
        ExposedPort(
          ClosingTarget(socket.port, from: side), [.listener], reachable: reachable, addresses: [address],
          owner: owners[socket.inode], isTemporary: isTemporary))
    }
  }

  private func mayBeTemporary(_ socket: ListedSocket) -> Bool {
    socket.port.transport == .udp && network.temporaryPorts.contains(socket.port.number)
  }

  /// The ports of which ``lastingPorts`` are those that stay.
  package var portsThatMayBeTemporary: Set<UInt16> {
    Set(sockets.filter(mayBeTemporary).map(\.port.number))
  }

  /// Whether a socket hears packets of a version that come in by a link.
  private func takes(
    _ socket: ListedSocket, _ address: IPAddress, _ isVersion6: Bool, on side: ClosingTarget.Side,
    _ link: GatewayNetwork.Link
  ) -> Bool {
    if address.isWildcard {
      guard isVersion6 != address.isVersion4 || socket.takesVersion4 else { return false }
      return link.addresses.contains { $0.isVersion4 != isVersion6 }
    }
    guard address.isVersion4 != isVersion6 else { return false }
    // Groups are heard where somebody has joined; they do not come from beyond the link.
    if address.isMulticast { return side == .lan }
    if link.addresses.contains(address) { return true }
    // The gateway answers for each of its addresses on every link, but strangers have to find the way.
    let isOnLAN = network.lan.contains { $0.addresses.contains(address) }
    return side == .wan
      ? address.isGlobal && isOnLAN : network.wan.contains { $0.addresses.contains(address) }
  }

  private func own(_ link: GatewayNetwork.Link, _ isVersion6: Bool) -> Set<IPAddress> {
    link.addresses.filter { $0.isVersion4 != isVersion6 }
  }

  private func isOpen(_ newcomer: Newcomer, _ hooks: [String]) -> Truth {
    ruleset.map { Passage.isOpen(newcomer, through: $0, hooks: hooks) } ?? .maybe
  }

  // MARK: Forwards and mappings

  private mutating func addForwards(_ link: GatewayNetwork.Link) {
    guard let ruleset else { return }
    for isVersion6 in [false, true] {
      for transport in Transport.allCases {
        let newcomer = Newcomer(
          interface: link.name, isVersion6: isVersion6, transport: transport, own: own(link, isVersion6))
        for forward in ForwardCollector.forwards(for: newcomer, in: ruleset) { add(forward, newcomer) }
      }
    }
  }

  private mutating func add(_ forward: Forward, _ newcomer: Newcomer) {
    guard forward.ports.count <= Self.widestForward else {
      if !wideForwards.contains(forward) { wideForwards.append(forward) }
      return
    }
    for number in forward.ports {
      var packet = newcomer
      packet.port = number
      var reachable = min(forward.applies, isOpen(packet, ["prerouting"]))
      packet.port = forward.devicePort ?? number
      packet.isTranslated = true
      if let device = forward.device {
        packet.destination = device
        packet.leaving = network.interface(towards: device)
        reachable = min(reachable, isOpen(packet, ["forward"]))
      } else {
        reachable = min(reachable, isOpen(packet, ["input"]))
      }
      add(
        ExposedPort(
          ClosingTarget(Port(forward.transport, number)), [.forward], reachable: reachable,
          leadsTo: forward.device.map { Endpoint($0, forward.devicePort ?? number) }))
    }
  }

  private mutating func add(_ mapping: Mapping) {
    let place: ClosingTarget.Place = mapping.isPinhole ? .device(mapping.device) : .gateway
    let target = ClosingTarget(mapping.port, of: place)
    // What the daemon believes; whether its rule is still there, the packet filter says.
    add(
      ExposedPort(
        target, [.mapping], reachable: found[target]?.reachable ?? .maybe,
        leadsTo: Endpoint(mapping.device, mapping.devicePort), description: mapping.description))
  }

  // MARK: Devices with addresses of their own

  private mutating func add(_ device: Device) {
    for address in device.addresses where address.isGlobal && (address.isVersion4 || network.forwardsVersion6)
    {
      guard let leaving = network.lan.first(where: { $0.reaches(address) })?.name else { continue }
      for service in device.services {
        var reachable = Truth.no
        for link in network.wan where link.addresses.contains(where: { $0.isVersion4 == address.isVersion4 })
        {
          let newcomer = Newcomer(
            interface: link.name, leaving: leaving, isVersion6: !address.isVersion4,
            transport: service.port.transport, port: service.port.number, destination: address)
          reachable = max(reachable, isOpen(newcomer, ["prerouting", "forward"]))
        }
        add(
          ExposedPort(
            ClosingTarget(service.port, of: .device(address)), [.native], reachable: reachable))
      }
    }
  }
}
