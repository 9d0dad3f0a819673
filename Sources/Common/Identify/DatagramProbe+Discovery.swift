import Addresses
import Posture

extension DatagramProbe {
  /// The groups of UPnP and of WS-Discovery: 239.255.255.250, and `ff02::c` (UPnP Device Architecture 2.0,
  /// annex A; RFC 4291, section 2.7).
  private static let ssdpGroups: [IPAddress] = [
    .v4(IPv4Address(bits: 0xefff_fffa)), .v6(IPv6Address(bits: 0xff02 << 112 | 0xc)),
  ]

  /// Searches for the root device of one host (UPnP Device Architecture 1.1, section 1.3.2, unicast).
  static let ssdp = DatagramProbe("ssdp", port: 1900, groups: ssdpGroups) { local in
    // The architecture names the group as host for a search, and devices check for it.
    Array(
      """
      M-SEARCH * HTTP/1.1\r
      HOST: \(local.address.isVersion4 ? "239.255.255.250" : "[FF02::C]"):1900\r
      MAN: "ssdp:discover"\r
      MX: 1\r
      ST: upnp:rootdevice\r
      USER-AGENT: Kadomori/1 UPnP/1.1\r
      \r

      """.utf8)
  } read: { bytes in
    guard let answer = HTTPAnswer(bytes, ended: true), answer.family == "HTTP", answer.status == 200,
      let target = answer.field("st"), let name = answer.field("usn")
    else { return .no }
    var found = Identification(.ssdp, facts: answer.facts)
    found.facts[.status] = nil
    found.facts[.type] = target
    found.facts[.uuid] = UUIDText.of(name)
    (found.product, found.version) = Product.upnp(answer.field("server") ?? "")
    return .identified(found)
  }

  /// Searches for any target service: cameras and printers answer with their types, and cameras with a
  /// name and model among their scopes (WS-Discovery 1.1, section 5; ONVIF Core Specification, section 7).
  static let wsDiscovery = DatagramProbe("ws-discovery", port: 3702, groups: ssdpGroups) { _ in
    ProbeMatch.probe("<d:Probe/>")
  } read: {
    ProbeMatch.read($0)
  }

  /// Searches for devices by the type that every one of them has, for those that know no other search
  /// (Devices Profile for Web Services, February 2006, section 3.1).
  static let wsDiscoveryDevice = DatagramProbe("ws-discovery-device", port: 3702) { _ in
    ProbeMatch.probe("<d:Probe><d:Types>wsdp:Device</d:Types></d:Probe>")
  } read: {
    ProbeMatch.read($0)
  }
}

/// Writes the question of WS-Discovery and reads its answer.
enum ProbeMatch {
  static let message = "urn:uuid:6b61646f-6d6f-4269-8a00-6b61646f6d6f"

  static func probe(_ body: String) -> [UInt8] {
    Array(
      """
      <?xml version="1.0" encoding="utf-8"?>\
      <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" \
      xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" \
      xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" \
      xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof"><s:Header>\
      <a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>\
      <a:MessageID>\(message)</a:MessageID>\
      <a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header>\
      <s:Body>\(body)</s:Body></s:Envelope>
      """.utf8)
  }

  static func read(_ bytes: [UInt8]) -> Reading {
    guard bytes.first == 0x3c || bytes.starts(with: [0xef, 0xbb, 0xbf]),
      element("RelatesTo", in: bytes) == message, bytes.firstRange(of: Array("ProbeMatch".utf8)) != nil
    else { return .no }
    var found = Identification(.wsDiscovery)
    found.facts[.type] = element("Types", in: bytes)
    found.facts[.uuid] = element("Address", in: bytes).flatMap(UUIDText.of)
    found.facts[.location] = element("XAddrs", in: bytes)?.split(separator: " ").first.map(String.init)
    for scope in (element("Scopes", in: bytes) ?? "").split(whereSeparator: \.isWhitespace).prefix(64) {
      let parts = scope.split(separator: "/", maxSplits: 3)
      guard parts.count == 4, parts[1] == "www.onvif.org" else { continue }
      switch parts[2] {
      case "name": found.facts[.name] = percentDecoded(parts[3])
      case "hardware": found.facts[.product] = percentDecoded(parts[3])
      case "manufacturer", "mfr": found.facts[.vendor] = percentDecoded(parts[3])
      default: break
      }
    }
    found.product = found.facts[.product]
    return .identified(found)
  }

  /// The text of the first element with this local name, whatever its prefix; at most 4096 bytes.
  private static func element(_ name: String, in bytes: [UInt8]) -> String? {
    let name = Array(name.utf8)
    var place = bytes.startIndex
    while let found = bytes[place...].firstRange(of: name) {
      place = found.upperBound
      let isOpening =
        found.lowerBound > 0 && (bytes[found.lowerBound - 1] == 0x3a || bytes[found.lowerBound - 1] == 0x3c)
      let isWhole = place < bytes.count && (bytes[place] == 0x3e || bytes[place] <= 0x20)
      guard isOpening, isWhole, let end = bytes[place...].firstIndex(of: 0x3e),
        let close = bytes[end...].firstIndex(of: 0x3c)
      else { continue }
      let text = XMLText.unescaped(bytes[(end + 1)..<close].prefix(4096))
      let trimmed = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      if !trimmed.isEmpty { return trimmed }
    }
    return nil
  }

  /// Decodes `%20` and the like (RFC 3986, section 2.1).
  static func percentDecoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Substring(text).utf8
    while let byte = rest.popFirst() {
      let digits = String(Substring(rest.prefix(2)))
      if byte == 0x25, digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return Text.clean(bytes)
  }
}
