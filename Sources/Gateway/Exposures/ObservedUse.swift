package import Addresses
import JSONTree
package import Posture

/// What the kernel has learned of use: the sets of our own table that assured replies fill.
package struct ObservedUse: Hashable, Sendable {
  /// When and how much a port was used.
  package struct Use: Hashable, Sendable {
    /// Seconds since the last answer that a stranger took.
    package var secondsAgo: Int
    package var packets: Int
    package var bytes: Int

    package init(secondsAgo: Int, packets: Int = 0, bytes: Int = 0) {
      self.secondsAgo = secondsAgo
      self.packets = packets
      self.bytes = bytes
    }
  }

  /// The part of a target that is learned: strangers come from outside.
  package struct Learned: Hashable, Sendable {
    package var place: ClosingTarget.Place
    package var port: Port

    package init(_ port: Port, of place: ClosingTarget.Place = .gateway) {
      self.place = place
      self.port = port
    }
  }

  package private(set) var ports: [Learned: Use] = [:]
  /// For how many seconds the kernel has been learning without a break; `nil` where it does not learn.
  package var seconds: Int?

  package init(seconds: Int? = nil, ports: [Learned: Use] = [:]) {
    self.seconds = seconds
    self.ports = ports
  }

  package static let gatewaySet = "used_wan"
  package static let deviceSets = ["used_dev4", "used_dev6"]
  /// For how long an element stays without use, in seconds, where it does not say so itself.
  private static let lifetime = 30 * 86_400

  /// Takes what `nft -j list set inet kadomori NAME` prints; what is not understood is passed over.
  package mutating func add(set bytes: [UInt8]) {
    guard let root = try? JSONReader.read(bytes, limit: Ruleset.byteLimit, deepest: 40) else { return }
    for set in root["nftables"]?.items ?? [] {
      guard let set = set["set"], let name = set["name"]?.text, let elements = set["elem"]?.items else {
        continue
      }
      for element in elements { add(element, isDevice: Self.deviceSets.contains(name)) }
    }
  }

  private mutating func add(_ element: JSONValue, isDevice: Bool) {
    let facts = element["elem"]
    guard var parts = (facts?["val"] ?? element)["concat"]?.items, parts.count == (isDevice ? 3 : 2) else {
      return
    }
    var place = ClosingTarget.Place.gateway
    if isDevice {
      guard let address = parts.removeFirst().text.flatMap({ IPAddress($0) }) else { return }
      place = .device(address)
    }
    guard let transport = Self.transport(parts[0]), let port = parts[1].number.flatMap(UInt16.init(exactly:)),
      port > 0
    else { return }
    func seconds(_ name: String) -> Int? { facts?[name]?.number.map { min(max(0, $0), 10 * 365 * 86_400) } }
    let lifetime = seconds("timeout") ?? Self.lifetime
    let rest = seconds("expires") ?? lifetime
    let key = Learned(Port(transport, port), of: place)
    let use = Use(
      secondsAgo: max(0, lifetime - rest), packets: facts?["counter"]?["packets"]?.number ?? 0,
      bytes: facts?["counter"]?["bytes"]?.number ?? 0)
    ports[key] = use
  }

  /// nft writes protocols by name where it knows one.
  private static func transport(_ value: JSONValue) -> Transport? {
    value.text.flatMap { Transport(rawValue: $0) }
      ?? (value.number == 6 ? .tcp : value.number == 17 ? .udp : nil)
  }
}
