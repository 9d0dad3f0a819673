import Addresses

/// One entry of an access list (RFC 8519, section 4), as far as it says who talks to which ports.
struct AccessEntry {
  /// Which end of an entry is not the device.
  enum Policy {
    case toDevice, fromDevice

    /// The prefix of the matches that tell of the other end.
    var peer: String { self == .toDevice ? "source" : "destination" }
    var name: String { self == .toDevice ? "src" : "dst" }
  }

  enum Direction: String {
    case fromDevice = "from-device"
    case toDevice = "to-device"
  }

  /// The transports that it may match.
  var transports: Set<Transport> = [.tcp, .udp]
  /// `nil` for any.
  var sourcePorts: [ClosedRange<UInt16>]?
  var destinationPorts: [ClosedRange<UInt16>]?
  /// Who opened the connection (RFC 8520, section 4.8).
  var direction: Direction?
  var peers: [Peer] = []
  /// Whether the destination is a multicast group or everybody.
  var isMulticast = false
  /// Whether every one of its matches is known here.
  var isUnderstood = true
  var accepts = false
}

extension AccessEntry {
  init(_ entry: JSONPlace, _ policy: Policy) throws(MUDError) {
    let members = try entry.members()
    // An entry without matches matches everything (RFC 8519, section 4.1).
    for (name, match) in try members["matches"]?.members() ?? [:] {
      switch name {
      case "ipv4": try readNetwork(match, policy, "ipv4")
      case "ipv6": try readNetwork(match, policy, "ipv6")
      case "tcp": try readTransport(match, .tcp)
      case "udp": try readTransport(match, .udp)
      case "icmp": transports = []
      case "eth": try readEthernet(match)
      case "ietf-mud:mud": try readPeers(match)
      default: isUnderstood = false
      }
    }
    // So that an order of members that means nothing changes nothing.
    peers.sort { $0.rank < $1.rank || $0.rank == $1.rank && $0.name < $1.name }
    let actions = try members.required("actions", of: entry)
    let forwarding = try actions.members().required("forwarding", of: actions)
    switch try forwarding.text() {
    case "accept", "ietf-access-control-list:accept": accepts = true
    case "drop", "reject", "ietf-access-control-list:drop", "ietf-access-control-list:reject": break
    case let other: throw forwarding.fail("'\(other)' is none of accept, drop and reject")
    }
  }

  private mutating func readNetwork(_ match: JSONPlace, _ policy: Policy, _ version: String) throws(MUDError)
  {
    for (name, value) in try match.members() {
      switch name {
      case "protocol":
        // IANA's numbers: 6 is TCP, 17 UDP.
        let number = try value.int(in: 0...255)
        transports.formIntersection(number == 6 ? [.tcp] : number == 17 ? [.udp] : [])
      case "ietf-acldns:\(policy.name)-dnsname": peers.append(.host(try value.text()))
      case "\(policy.peer)-\(version)-network":
        let prefix = try value.text()
        if Prefix.isMulticast(prefix) { isMulticast = true } else { peers.append(.network(prefix)) }
      case "source-\(version)-network", "destination-\(version)-network":
        // The device's own end: which of its addresses it is changes nothing about the port.
        if Prefix.isMulticast(try value.text()) { isMulticast = true }
      default: isUnderstood = false
      }
    }
  }

  private mutating func readTransport(_ match: JSONPlace, _ transport: Transport) throws(MUDError) {
    transports.formIntersection([transport])
    for (name, value) in try match.members() {
      switch name {
      case "source-port": sourcePorts = try Self.ports(value)
      case "destination-port": destinationPorts = try Self.ports(value)
      case "ietf-mud:direction-initiated" where transport == .tcp:
        let text = try value.text()
        guard let direction = Direction(rawValue: text) else {
          throw value.fail("'\(text)' is neither from-device nor to-device (RFC 8520, section 4.8)")
        }
        self.direction = direction
      default: isUnderstood = false
      }
    }
  }

  private mutating func readEthernet(_ match: JSONPlace) throws(MUDError) {
    for (name, value) in try match.members() {
      switch name {
      case "ethertype":
        let type = try value.text().lowercased()
        if !["0x0800", "0x86dd", "0x800", "ipv4", "ipv6"].contains(type) { transports = [] }
      case "destination-mac-address" where try value.text().lowercased() == "ff:ff:ff:ff:ff:ff":
        isMulticast = true
      default: isUnderstood = false
      }
    }
  }

  private mutating func readPeers(_ match: JSONPlace) throws(MUDError) {
    for (name, value) in try match.members() {
      switch name {
      case "local-networks": peers.append(.localNetworks)
      case "same-manufacturer": peers.append(.sameManufacturer)
      case "my-controller": peers.append(.myController)
      case "manufacturer": peers.append(.manufacturer(try value.text()))
      case "model": peers.append(.model(try value.text()))
      case "controller": peers.append(.controller(try value.text()))
      default: isUnderstood = false
      }
    }
  }

  /// A range, or an operator and a port (RFC 8519, section 4.2, grouping `port-range-or-operator`).
  private static func ports(_ value: JSONPlace) throws(MUDError) -> [ClosedRange<UInt16>]? {
    let members = try value.members()
    func port(_ name: String) throws(MUDError) -> UInt16 {
      UInt16(try members.required(name, of: value).int(in: 0...65_535))
    }
    if let first = members["lower-port"] {
      let (lower, upper) = (try port("lower-port"), try port("upper-port"))
      guard lower <= upper else { throw first.fail("is above 'upper-port'") }
      return lower == 0 && upper == .max ? nil : [lower...upper]
    }
    let number = try port("port")
    switch try members["operator"]?.text() ?? "eq" {
    case "eq": return [number...number]
    case "lte": return number == .max ? nil : [0...number]
    case "gte": return number == 0 ? nil : [number...(.max)]
    case "neq":
      return (number == 0 ? [] : [0...(number - 1)]) + (number == .max ? [] : [(number + 1)...(.max)])
    case let other: throw value.fail("'\(other)' is none of eq, neq, lte and gte")
    }
  }
}
