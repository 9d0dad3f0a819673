package import Addresses

/// Which devices of a LAN begin no new connections to beyond the gateway for a few seconds after power came back, and only
/// so many for some time after that.
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
  /// New connections of theirs are paced for no longer.
  package static let longestPace = 600
  /// New connections a second of one device, and how many may come at once: pages and updates still work.
  package static let deviceRate = (perSecond: 5, burst: 10)
  /// The same of all of them together.
  package static let totalRate = (perSecond: 20, burst: 40)

  /// The interface of the LAN.
  package var interface: String
  package var devices: [Device]
  /// For how many seconds from now these devices begin no more connections than ``deviceRate`` and ``totalRate`` let
  /// them; `nil` for no such bound.
  package var paceSeconds: Int?

  package init(interface: String, devices: [Device], paceSeconds: Int? = nil) {
    self.interface = interface
    self.devices = devices
    self.paceSeconds = paceSeconds
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
    guard paceSeconds.map({ (1...Self.longestPace).contains($0) }) ?? true else {
      throw FirewallError(
        .refused, "new connections are paced for 1 to \(Self.longestPace) s; nothing is held back now")
    }
  }

  /// The table with everything in it, as one transaction; what was held before is let go.
  ///
  /// Pacing ends as holding does: the kernel forgets each device of the set `paced` when its time is over. A full set of
  /// rates drops nothing.
  var text: String {
    let table = OwnTable.hold.rawValue
    let held = devices.map { "\($0.mac) timeout \($0.seconds)s" }.joined(separator: ", ")
    let paced = paceSeconds.map { seconds in
      "elements = { "
        + devices.map { "\($0.mac) timeout \(seconds)s" }.joined(separator: ", ") + " }; "
    }
    let opening = "tcp flags & (fin | syn | rst | ack) == syn"
    let datagram = "meta l4proto udp ct state new"
    let (one, all) = (Self.deviceRate, Self.totalRate)
    return """
      table inet \(table)
      delete table inet \(table)
      table inet \(table) {
        set held { type ether_addr; flags timeout; size \(Self.limit); elements = { \(held) }; }
        set paced { type ether_addr; flags timeout; size \(Self.limit); \(paced ?? "")}
        set rates { type ether_addr; flags dynamic,timeout; timeout 60s; size \(Self.limit); }
        chain pace {
          update @rates { ether saddr limit rate over \(one.perSecond)/second burst \(one.burst) packets } counter drop
          limit rate over \(all.perSecond)/second burst \(all.burst) packets counter drop
        }
        chain transit {
          type filter hook forward priority -10; policy accept;
          iifname "\(interface)" ether saddr @held \(opening) counter drop
          iifname "\(interface)" ether saddr @held \(datagram) counter drop
          iifname "\(interface)" ether saddr @paced \(opening) jump pace
          iifname "\(interface)" ether saddr @paced \(datagram) jump pace
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
