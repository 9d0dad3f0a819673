import Addresses
import Capture
import Identify
import Packets
import Posture

/// Makes a device of what a capture holds of its own word: multicast DNS, SSDP, DHCP, and its web server's answers.
struct HeardDevice {
  private var device: Device
  private let mac: MACAddress
  private var announced: Identification?
  private var types: [String] = []
  private var server: String?

  /// How many web servers of one device are kept.
  private static let webLimit = 16

  static func device(_ mac: MACAddress, in capture: Capture) -> Device {
    var heard = Self(mac)
    for entry in capture.entries where entry.frame.source == mac { heard.hear(entry.frame) }
    return heard.told
  }

  private init(_ mac: MACAddress) {
    self.mac = mac
    device = Device(id: "dev-heard", mac: mac)
  }

  private var told: Device {
    var device = device
    if let announced { device.services.append(Service(announced, on: .udp(5353))) }
    if server != nil || !types.isEmpty {
      var facts: [ServiceFact: String] = [:]
      facts[.server] = server
      facts[.type] = types.isEmpty ? nil : types.joined(separator: " ")
      device.services.append(Service(port: .udp(1900), protocol: .ssdp, facts: facts))
    }
    return device
  }

  private mutating func hear(_ frame: EthernetFrame) {
    guard let packet = IPPacket(frame) else { return }
    if let datagram = UDPDatagram(packet) {
      hear(datagram)
    } else if let segment = TCPSegment(packet), segment.payload.starts(with: Array("HTTP/1.".utf8)),
      device.services.count < Self.webLimit,
      let service = SaidText.answer(Array(segment.payload), on: .tcp(segment.source)),
      !device.services.contains(where: { $0.port == service.port && $0.facts == service.facts })
    {
      device.services.append(service)
    }
  }

  private mutating func hear(_ datagram: UDPDatagram) {
    if datagram.destination == DHCPMessage.serverPort, let message = DHCPMessage(datagram.payload),
      message.isRequest, message.hardware == mac
    {
      if let text = message.vendorClass { device.facts[.dhcpVendorClass] = Text.clean(text) }
      if let text = message.hostName, device.names.isEmpty { device.names = [Text.clean(text)] }
    } else if datagram.source == DNSPacket.multicastPort {
      guard let found = SaidText.announcement(Array(datagram.payload)) else { return }
      announced = announced?.extended(by: found) ?? found
    } else if let message = HeaderMessage(datagram.payload),
      message.start.hasPrefix("NOTIFY ") || message.start.hasPrefix("HTTP/1.1 200"),
      let type = message.headers["nt"] ?? message.headers["st"]
    {
      // What it says that it is, and not what it looks for.
      if !types.contains(type) { types.append(Text.clean(type)) }
      server = server ?? message.headers["server"].map { Text.clean($0) }
    }
  }
}
