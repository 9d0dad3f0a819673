import Addresses

/// Gathers what the entries of a file let others do, in their order.
struct OpeningCollector {
  private static let everything: [ClosedRange<UInt16>] = [0...(.max)]

  private struct Refusal {
    var entry: AccessEntry
    var ports: [ClosedRange<UInt16>]
  }

  private var refusals: [Refusal] = []
  /// Those of ports that a list names; a list that ends by refusing everything takes nothing back.
  private var namedRefusals: [Refusal] = []
  private var refusalCount = 0
  private var found: [Opening] = []

  /// Whether the file is more than a maker writes.
  var isTooMuch: Bool { refusalCount > MUDLimits.refusals || found.count > MUDLimits.openings }

  /// What is open, each once, in order.
  var openings: [Opening] {
    var openings: [Opening] = []
    for opening in found.sorted(by: Opening.precedes) where opening != openings.last {
      openings.append(opening)
    }
    return openings
  }

  /// Begins the next access list: the first entry that matches decides, in each list for itself (RFC 8519).
  mutating func beginList(_ policy: AccessEntry.Policy) {
    refusals = policy == .toDevice ? [] : namedRefusals
  }

  /// What may be sent to the device.
  ///
  /// | an entry that accepts | is |
  /// |---|---|
  /// | `destination-port` | a service of the device |
  /// | … with `direction-initiated: from-device` | a reply to a connection of the device: nothing |
  /// | … and a different, single `source-port` | a reply to a client with a port of its own: allowed, not named |
  /// | a single `source-port` alone | a reply: nothing |
  /// | anything else: no port, or a range of source ports | every port: allowed, not named |
  mutating func add(toDevice entry: AccessEntry) {
    guard entry.accepts else {
      refusalCount += 1
      let refusal = Refusal(entry: entry, ports: entry.destinationPorts ?? Self.everything)
      refusals.append(refusal)
      if entry.destinationPorts != nil { namedRefusals.append(refusal) }
      return
    }
    guard entry.direction != .fromDevice else { return }
    let source = entry.fixedSourcePort
    guard let ports = entry.destinationPorts else {
      if source == nil || entry.direction == .toDevice {
        add(entry, Self.everything, isNamed: false)
      }
      return
    }
    let isReply = entry.direction == nil && source.map { ports != [$0...$0] } ?? false
    // "All but one port" names none.
    let isNarrow = ports.reduce(0) { $0 + $1.count } < 65_535
    add(entry, ports, isNamed: isNarrow && !isReply)
  }

  /// What the device may send, which mirrors what it serves.
  ///
  /// From one fixed port to any port, where it has not opened the connection itself, it answers as a server does; a
  /// range is where a client's ports come from. What it sends to a group's port it most likely hears there too.
  mutating func add(fromDevice entry: AccessEntry) {
    guard entry.accepts else {
      refusalCount += 1
      // Turned round: what the device may not send from is what it may not serve.
      var mirrored = entry
      (mirrored.sourcePorts, mirrored.destinationPorts) = (entry.destinationPorts, entry.sourcePorts)
      refusals.append(Refusal(entry: mirrored, ports: entry.sourcePorts ?? Self.everything))
      return
    }
    guard entry.direction != .fromDevice else { return }
    var heard = entry
    if entry.isMulticast { heard.peers = [.localNetworks] }
    if let port = entry.fixedSourcePort,
      entry.destinationPorts == nil || entry.destinationPorts == [port...port]
    {
      add(heard, [port...port], isNamed: true)
    } else if entry.direction == .toDevice, let ports = entry.sourcePorts {
      add(heard, ports, isNamed: true)
    } else if entry.isMulticast, entry.transports == [.udp], let ports = entry.destinationPorts {
      add(heard, ports, isNamed: false)
    }
  }

  private mutating func add(_ entry: AccessEntry, _ ports: [ClosedRange<UInt16>], isNamed: Bool) {
    for transport in entry.transports {
      var open = ports
      var isDoubtful = false
      for refusal in refusals where refusal.entry.transports.contains(transport) {
        let left = open.flatMap { range in refusal.ports.reduce([range]) { Self.taking($1, from: $0) } }
        guard left != open else { continue }
        let other = refusal.entry
        let isOfThese =
          other.peers.isEmpty || other.peers == entry.peers
          || other.peers == [.localNetworks] && entry.peers.allSatisfy(\.isInHouse)
        guard isOfThese else { continue }
        // What is refused only where further matches hold may still be allowed.
        if other.isUnderstood, other.sourcePorts == nil, other.direction != .fromDevice {
          open = left
        } else {
          isDoubtful = true
        }
      }
      for range in open {
        found.append(
          Opening(
            transport: transport, ports: range, peers: entry.peers,
            isNamed: isNamed && entry.isUnderstood && !isDoubtful))
      }
    }
  }

  /// What of some ranges is left without another.
  private static func taking(
    _ taken: ClosedRange<UInt16>, from ranges: [ClosedRange<UInt16>]
  ) -> [ClosedRange<UInt16>] {
    ranges.flatMap { range -> [ClosedRange<UInt16>] in
      guard range.overlaps(taken) else { return [range] }
      var left: [ClosedRange<UInt16>] = []
      if taken.lowerBound > range.lowerBound { left.append(range.lowerBound...(taken.lowerBound - 1)) }
      if taken.upperBound < range.upperBound { left.append((taken.upperBound + 1)...range.upperBound) }
      return left
    }
  }
}

extension AccessEntry {
  /// The source port where it is exactly one.
  fileprivate var fixedSourcePort: UInt16? {
    guard let ports = sourcePorts, ports.count == 1, ports[0].count == 1 else { return nil }
    return ports[0].lowerBound
  }
}
