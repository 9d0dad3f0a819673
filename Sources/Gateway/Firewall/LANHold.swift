package import Addresses

/// Which devices of a LAN begin no new connections to beyond the gateway for a few seconds after power came back.
///
/// The kernel lets each of them go when its time is over, whatever becomes of us: every element of the set has an end of
/// its own, and the rules only drop. Only the first packet of a TCP connection and of a flow of UDP is kept back, and
/// only what is forwarded: DNS, DHCP and time are the gateway's own and answer at once, and a connection that a device
/// with a battery kept up goes on. Dropped rather than refused: a device that hears a refusal may give up, while one that
/// hears nothing tries again by itself.
package struct LANHold: Hashable, Sendable, Codable {
  /// One device and its time.
  package struct Device: Hashable, Sendable, Codable {
    package var mac: MACAddress
    package var seconds: Int

    package init(mac: MACAddress, seconds: Int) {
      self.mac = mac
      self.seconds = seconds
    }
  }

  /// No device is held for longer, whoever asks.
  package static let longest = 120
  package static let limit = 1024

  /// The interface of the LAN.
  package var interface: String
  package var devices: [Device]

  package init(interface: String, devices: [Device]) {
    self.interface = interface
    self.devices = devices
  }

  /// Refuses what is out of bounds, before anything is changed.
  func check() throws(FirewallError) {
    if let fault = Sides(wan: [], lan: [interface]).fault {
      throw FirewallError(.refused, "\(fault); nothing is held back")
    }
    guard !devices.isEmpty, devices.count <= Self.limit,
      devices.allSatisfy({ (1...Self.longest).contains($0.seconds) }),
      Swift.Set(devices.map(\.mac)).count == devices.count
    else {
      throw FirewallError(
        .refused,
        "1 to \(Self.limit) different devices are held back, each for 1 to \(Self.longest) s; nothing is held back now"
      )
    }
  }

  /// The table with everything in it, as one transaction; what was held before is let go.
  var text: String {
    let table = OwnTable.hold.rawValue
    let elements = devices.map { "\($0.mac) timeout \($0.seconds)s" }.joined(separator: ", ")
    return """
      table inet \(table)
      delete table inet \(table)
      table inet \(table) {
        set held { type ether_addr; flags timeout; size \(Self.limit); elements = { \(elements) }; }
        chain transit {
          type filter hook forward priority -10; policy accept;
          iifname "\(interface)" ether saddr @held tcp flags & (fin | syn | rst | ack) == syn counter drop
          iifname "\(interface)" ether saddr @held meta l4proto udp ct state new counter drop
        }
      }

      """
  }
}

extension Keeper {
  /// Holds devices back; ends by itself.
  package func hold(_ order: LANHold) throws(FirewallError) {
    try order.check()
    try nft.apply(order.text)
  }

  /// Lets everybody go.
  func endHold() throws(FirewallError) {
    let table = OwnTable.hold.rawValue
    if try nft.hasTable(table) { try nft.apply("delete table inet \(table)\n") }
  }
}
