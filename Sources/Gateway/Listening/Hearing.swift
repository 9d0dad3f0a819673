package import Addresses
import Identify
package import Packets
package import Posture
package import Traits

/// Hears what the devices of a LAN say to everybody, unasked: who was there when, and what it said of itself.
package struct Hearing: Sendable {
  /// The most devices kept: more than that on one segment is somebody making them up.
  package static let deviceLimit = 1024
  /// How many devices' traits are gathered at the same time; each costs some tens of kilobytes.
  package static let collectorLimit = 48
  /// How many frames of a device are listened to for its traits, and how many traits are enough.
  package static let frameLimit = 300
  package static let traitLimit = 512
  /// Who was not heard for this long has its place taken by others.
  package static let forgotten: Duration = .seconds(7 * 86_400)

  /// What was heard of one device.
  package struct Heard: Sendable {
    /// On the clock of the caller.
    package fileprivate(set) var last: Duration
    package fileprivate(set) var first: Duration
    /// When it first said that it had just come up.
    package fileprivate(set) var cameUp: Duration?
    package fileprivate(set) var facts: [DeviceFact: String] = [:]
    fileprivate var collector: TraitCollector?
    /// Whether enough was heard, and its traits were taken.
    fileprivate var isLearnt = false

    package var traits: Set<Trait> { collector?.traits ?? [] }
  }

  package private(set) var devices: [MACAddress: Heard] = [:]
  private var collectors = 0
  /// Until when nobody's place can become free.
  private var fullUntil: Duration = .zero

  package init() {}

  /// Takes in one frame.
  ///
  /// - Returns: whether its sender is heard for the first time.
  package mutating func hear(_ frame: EthernetFrame, now: Duration) -> Bool {
    let sender = frame.source
    guard !sender.isMulticast, sender != .zero else { return false }
    let isNew = devices[sender] == nil
    guard !isNew || makePlace(now: now) else { return false }
    var heard = devices.removeValue(forKey: sender) ?? Heard(last: now, first: now)
    heard.last = now
    if heard.cameUp == nil, StartSign(frame) != nil { heard.cameUp = now }
    heard.facts.merge(Self.facts(of: frame)) { $1 }
    if heard.collector == nil, !heard.isLearnt, collectors < Self.collectorLimit {
      heard.collector = TraitCollector(device: sender)
      collectors += 1
    }
    if let collector = heard.collector, collector.frames < Self.frameLimit,
      collector.traits.count < Self.traitLimit
    {
      heard.collector?.hear(frame)
    }
    devices[sender] = heard
    return isNew
  }

  /// Lets go of the traits of devices of which enough was heard, once they have been judged.
  package mutating func releaseLearnt() {
    for (mac, heard) in devices {
      guard let collector = heard.collector,
        collector.frames >= Self.frameLimit || collector.traits.count >= Self.traitLimit
      else { continue }
      devices[mac]?.collector = nil
      devices[mac]?.isLearnt = true
      collectors -= 1
    }
  }

  private mutating func makePlace(now: Duration) -> Bool {
    guard devices.count >= Self.deviceLimit else { return true }
    // Looked for once, and not for every device that somebody makes up.
    guard now >= fullUntil, let oldest = devices.min(by: { $0.value.last < $1.value.last }) else {
      return false
    }
    fullUntil = oldest.value.last + Self.forgotten
    guard now >= fullUntil else { return false }
    if oldest.value.collector != nil { collectors -= 1 }
    devices[oldest.key] = nil
    return true
  }

  /// What the sender says of itself in its DHCP questions and by link layer discovery.
  private static func facts(of frame: EthernetFrame) -> [DeviceFact: String] {
    var facts: [DeviceFact: String] = [:]
    func note(_ fact: DeviceFact, _ bytes: ArraySlice<UInt8>?) {
      let text = bytes.map { Text.clean($0.prefix { $0 != 0 }) } ?? ""
      if !text.isEmpty { facts[fact] = text }
    }
    if frame.type == EthernetFrame.lldp, let unit = LLDPUnit(frame.payload) {
      note(.lldpName, unit.systemName)
      note(.lldpDescription, unit.systemDescription)
      note(.mudURL, unit.descriptionURL)
      note(.lldpCapabilities, Array(unit.enabled.joined(separator: " ").utf8)[...])
    } else if let datagram = IPPacket(frame).flatMap({ UDPDatagram($0) }),
      datagram.destination == DHCPMessage.serverPort, let message = DHCPMessage(datagram.payload),
      // A relay's frame has the relay's hardware address.
      message.isRequest, message.hardware == frame.source
    {
      note(.dhcpHostName, message.hostName)
      note(.dhcpVendorClass, message.vendorClass)
      note(.mudURL, message.descriptionURL)
      note(.dhcpParameters, Array(message.wanted.map { String($0) }.joined(separator: ",").utf8)[...])
    }
    return facts
  }
}
