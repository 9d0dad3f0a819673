import Packets

extension TraitCollector {
  /// Ports from here on are chosen by chance for one conversation; Linux begins at 32,768.
  private static let ephemeral = 32_768

  mutating func hear(_ datagram: UDPDatagram, in packet: IPPacket) {
    let (from, to) = (datagram.source, datagram.destination)
    switch (from, to) {
    case (_, DHCPMessage.serverPort): hear(dhcp: datagram)
    case (_, DNSPacket.port): hear(dns: datagram)
    case (DNSPacket.multicastPort, _), (_, DNSPacket.multicastPort): hear(multicastDNS: datagram)
    case (1900, _), (_, 1900): hear(ssdp: datagram)
    case (_, 123):
      note(.ntp, datagram.payload.first.map { String($0, radix: 16) } ?? "empty")
      follow("ntp")
    default: hear(other: datagram, in: packet)
    }
  }

  private mutating func hear(other datagram: UDPDatagram, in packet: IPPacket) {
    let (from, to) = (datagram.source, datagram.destination)
    let reach = packet.destination.isForMany ? "m" : "u"
    // Some devices choose one high port for both ends; its number tells nothing then.
    let isPaired = from == to && from >= 10_000
    let port: String =
      if isPaired {
        "pair"
      } else if to < Self.ephemeral {
        "\(to)"
      } else {
        from < Self.ephemeral ? "from-\(from)" : "high"
      }
    if port.hasPrefix("from-") { note(.serves, "udp-\(from)") } else { note(.port, "udp-\(port)\(reach)") }
    measure("udp-\(port)\(reach)", datagram.length)
    follow("udp-\(port)")
  }

  mutating func hear(_ segment: TCPSegment, in packet: IPPacket) {
    if segment.opens {
      know(segment.destination)
      note(.port, "tcp-\(segment.destination)")
      note(.syn, "options-" + segment.options.map { String($0) }.joined(separator: "-"))
      note(.syn, "window-\(segment.window)")
      note(.syn, "segment-\(segment.maximumSegment ?? 0)-\(segment.windowShift ?? -1)")
      note(.syn, packet.keepsWhole ? "whole" : "pieces")
      follow("syn-\(segment.destination)")
    }
    if segment.accepts {
      know(segment.source)
      note(.serves, "tcp-\(segment.source)")
      note(.syn, "answer-window-\(segment.window)")
      follow("serves-\(segment.source)")
    }
    guard !segment.payload.isEmpty else { return }
    let isAsking = isKnown(segment.destination) || !isKnown(segment.source)
    let port = isAsking ? segment.destination : segment.source
    measure(
      "tcp-\(isKnown(port) ? "\(port)" : "high")\(isAsking ? "" : "-answer")", segment.payload.count)
    if let hello = TLSClientHello(segment.payload) { hear(hello) }
    if let message = HeaderMessage(segment.payload) { hear(message, isAsking: isAsking) }
  }

  /// Whether a TCP port is one of a service, as far as was seen.
  private func isKnown(_ port: UInt16) -> Bool { port < 1024 || knownPorts.contains(port) }

  private mutating func know(_ port: UInt16) {
    if knownPorts.count < Self.portLimit { knownPorts.insert(port) }
  }

  /// How many TCP ports are remembered.
  private static let portLimit = 64

  private mutating func hear(_ hello: TLSClientHello) {
    func text(_ numbers: [Int]) -> String {
      // Values that only test the other side (RFC 8701) change from one connection to the next.
      numbers.filter { $0 & 0x0f0f != 0x0a0a }.map { String($0, radix: 16) }.joined(separator: "-")
    }
    note(.tls, "ciphers-\(hello.version)-\(digest(text(hello.ciphers)))")
    note(.tls, "extensions-" + digest(text(hello.extensions)))
    if let name = hello.serverName { hear(name: name) }
    follow("tls")
  }

  /// A short name for a long list: FNV-1a of 32 bits (draft-eastlake-fnv, section 2).
  private func digest(_ text: String) -> String {
    String(text.utf8.reduce(2_166_136_261 as UInt32) { ($0 ^ UInt32($1)) &* 16_777_619 }, radix: 16)
  }

  private mutating func hear(_ message: HeaderMessage, isAsking: Bool) {
    if isAsking {
      note(.software, "method-" + (message.start.split(separator: " ").first ?? ""))
      if let host = message.headers["host"], host.utf8.contains(where: { (0x67...0x7a).contains($0) }) {
        hear(name: String(host.prefix { $0 != ":" }))
      }
    }
    for header in ["user-agent", "server"] {
      if let text = message.headers[header] { note(.software, "\(header)-" + impersonal.text(text.utf8)) }
    }
  }

  /// Notes a host of the Internet that the device wants.
  mutating func hear(name: String) {
    let name = impersonal.text(name.utf8)
    // A name of one label is of the site, not of the maker.
    guard name.utf8.contains(0x2e) else { return }
    let domain = Impersonal.domain(name)
    note(.domain, domain)
    // What is before the domain of a server pool is drawn by lot.
    if !domain.hasSuffix("ntp.org") { note(.name, name) }
  }
}
