import Addresses
import Packets

extension TraitCollector {
  mutating func hear(dhcp datagram: UDPDatagram) {
    guard let message = DHCPMessage(datagram.payload), message.isRequest, message.hardware == device else {
      return
    }
    let type = message.type ?? 0
    follow("dhcp-\(type)")
    measure("dhcp-\(type)", datagram.length)
    note(.dhcp, "\(type)-" + message.order.map { String($0) }.joined(separator: "-"))
    note(.dhcp, message.wantsBroadcast ? "broadcast" : "unicast")
    if let largest = message.largest { note(.dhcp, "largest-\(largest)") }
    if let identifier = message.clientIdentifier {
      note(.dhcp, "id-\(identifier.first ?? 0)-\(identifier.count)")
    }
    note(.wanted, message.wanted.map { String($0) }.joined(separator: "-"))
    for option in message.wanted.prefix(64) { note(.want, "\(option)") }
    if let name = message.hostName {
      let text = impersonal.text(name)
      note(.host, text)
      note(.hostShape, Impersonal.shape(text))
    }
    if let vendor = message.vendorClass {
      let text = impersonal.text(vendor)
      note(.client, text)
      for word in text.split(whereSeparator: { "_-/:;,".contains($0) }).prefix(8) {
        note(.clientWord, String(word))
      }
    }
    if let url = message.descriptionURL { note(.mud, impersonal.text(url)) }
  }

  mutating func hear(dns datagram: UDPDatagram) {
    follow("dns")
    guard let message = DNSPacket(datagram.payload), !message.isResponse else { return }
    for question in message.questions {
      note(.question, "\(question.type)")
      hear(name: question.name)
    }
  }

  mutating func hear(multicastDNS datagram: UDPDatagram) {
    follow("mdns")
    note(.port, "udp-5353m")
    guard let message = DNSPacket(datagram.payload) else { return }
    if message.isResponse {
      for record in message.records {
        if let type = serviceType(record.name) { note(.offers, type) }
        if let target = record.target, let type = serviceType(target) { note(.offers, type) }
        if record.type == 1 || record.type == 28 { note(.host, impersonal.text(record.name.utf8)) }
      }
    } else {
      for question in message.questions {
        note(.seeks, serviceType(question.name) ?? "type-\(question.type)")
      }
    }
  }

  /// `_http._tcp` in the name of a service or of one instance of it (RFC 6763, section 4.1).
  private func serviceType(_ name: String) -> String? {
    let labels = name.split(separator: ".")
    guard let place = labels.firstIndex(where: { $0 == "_tcp" || $0 == "_udp" }), place > 0,
      labels[place - 1].first == "_"
    else { return nil }
    return impersonal.text("\(labels[place - 1]).\(labels[place])".utf8)
  }

  mutating func hear(ssdp datagram: UDPDatagram) {
    follow("ssdp")
    note(.port, "udp-1900")
    guard let message = HeaderMessage(datagram.payload) else { return }
    let family: TraitFamily = message.start.hasPrefix("M-SEARCH") ? .searches : .announces
    for header in ["st", "nt"] {
      guard let target = message.headers[header], !target.hasPrefix("uuid") else { continue }
      note(family, impersonal.text(target.utf8))
    }
    for header in ["server", "user-agent"] {
      if let text = message.headers[header] { note(.software, "ssdp-" + impersonal.text(text.utf8)) }
    }
  }
}
