package import Addresses
package import Packets

/// Gathers the traits of one device from the frames it sends, of a recording or as they come.
///
/// Nothing of what it keeps names the one device: no address of its own, no serial number. Its names of
/// the DNS stay on the gateway all the same.
package struct TraitCollector: Sendable {
  package let device: MACAddress
  package private(set) var traits: Set<Trait> = []
  /// How many frames of the device were heard.
  package private(set) var frames = 0

  /// How many traits are kept; a device that has more is not described further.
  package static let limit = 2048
  /// How many packets tell of sizes and of order: a set-up is in its beginning.
  package static let beginning = 200

  let impersonal: Impersonal
  /// The TCP ports that the device called or answered from.
  var knownPorts: Set<UInt16> = []
  private var last = ""

  package init(device: MACAddress) {
    self.device = device
    impersonal = Impersonal(device)
  }

  /// Takes in a frame; those of others are passed over.
  package mutating func hear(_ frame: EthernetFrame) {
    guard frame.source == device else { return }
    frames += 1
    guard traits.count < Self.limit else { return }
    switch frame.type {
    case ..<1536: hear(llc: frame)
    case EthernetFrame.arp: hear(arp: frame)
    case EthernetFrame.eapol: hear(eapol: frame)
    case EthernetFrame.lldp: hear(lldp: frame)
    case EthernetFrame.ipv4, EthernetFrame.ipv6:
      note(.frame, String(frame.type, radix: 16))
      if let packet = IPPacket(frame) { hear(packet) }
    default: note(.frame, String(frame.type, radix: 16))
    }
  }

  private mutating func hear(llc frame: EthernetFrame) {
    note(.frame, "llc")
    // Destination and source service access point, control (IEEE 802.2, 3.2).
    note(.frame, "llc-" + frame.payload.prefix(3).map { String($0, radix: 16) }.joined(separator: "-"))
    follow("llc")
  }

  mutating func note(_ family: TraitFamily, _ value: String) {
    guard !value.isEmpty, traits.count < Self.limit else { return }
    traits.insert(Trait(family, value))
  }

  /// Notes the order of packets; repetitions count once.
  mutating func follow(_ sort: String) {
    guard frames <= Self.beginning, sort != last else { return }
    note(.next, "\(last)>\(sort)")
    last = sort
  }

  /// Notes the size of a packet, in octets.
  mutating func measure(_ sort: String, _ octets: Int) {
    guard frames <= Self.beginning else { return }
    note(.size, "\(sort)-\(octets)")
  }

  private mutating func hear(eapol frame: EthernetFrame) {
    var reader = ByteReader(frame.payload)
    guard let version = reader.u8(), let type = reader.u8(), let length = reader.big16() else { return }
    note(.eapol, "\(version)-\(type)-\(length)")
    follow("eapol")
  }

  private mutating func hear(lldp frame: EthernetFrame) {
    note(.frame, "lldp")
    guard let unit = LLDPUnit(frame.payload) else { return }
    if let name = unit.systemName { note(.lldp, "name-" + impersonal.text(name)) }
    if let text = unit.systemDescription { note(.lldp, "text-" + impersonal.text(text)) }
    if let bits = unit.capabilities { note(.lldp, "can-" + String(bits, radix: 16)) }
    if let url = unit.descriptionURL { note(.mud, impersonal.text(url)) }
    follow("lldp")
  }

  private mutating func hear(arp frame: EthernetFrame) {
    var reader = ByteReader(frame.payload)
    guard reader.skip(6), let operation = reader.big16(), reader.skip(6), let sender = reader.big32(),
      reader.skip(6), let target = reader.big32()
    else { return }
    // Probe and announcement of RFC 5227, sections 2.1.1 and 2.3.
    let sort =
      sender == 0
      ? "probe" : sender == target ? "announcement" : operation == 1 ? "request" : "reply"
    note(.arp, frame.destination?.isMulticast == false && operation == 1 ? "\(sort)-one" : sort)
    follow("arp-\(sort)")
  }
}
