import Addresses
import Identify
package import Posture

/// Makes a device that has said one text, of a kind that Recog knows, and nothing else.
///
/// Texts go through the code that reads them on a network where that takes bytes.
package enum SaidText {
  /// `nil` for kinds of text that no scan or hearing gets.
  package static func device(_ text: [UInt8], as key: String) -> Device? {
    var device = Device(id: "dev-example")
    if key == "dhcp_vendor_class" {
      device.facts[.dhcpVendorClass] = Text.clean(text)
      return device
    }
    guard let service = service(text, as: key) else { return nil }
    device.services = [service]
    return device
  }

  private static func service(_ text: [UInt8], as key: String) -> Service? {
    let plain = Text.clean(text)
    func banner(_ port: Port, _ name: ServiceProtocol, after code: String = "") -> Service {
      Service(port: port, protocol: name, facts: [.banner: code + plain])
    }
    func server(_ port: Port, _ name: ServiceProtocol) -> Service {
      let (product, version) = Product.split(plain)
      return Service(
        port: port, protocol: name, product: product, version: version, facts: [.server: plain])
    }
    return switch key {
    case "ssh.banner": banner(.tcp(22), .ssh, after: "SSH-2.0-")
    case "ftp.banner": banner(.tcp(21), .ftp, after: "220 ")
    case "smtp.banner": banner(.tcp(25), .smtp, after: "220 ")
    case "pop3.banner": banner(.tcp(110), .pop3, after: "+OK ")
    case "imap4.banner": banner(.tcp(143), .imap, after: "* OK ")
    case "telnet_banners": banner(.tcp(23), .telnet)
    case "dns.versionbind": banner(.udp(53), .dns)
    case "mysql.banners": Service(port: .tcp(3306), protocol: .mysql, version: plain)
    case "rtsp_header.server": server(.tcp(554), .rtsp)
    case "sip_header.server", "sip_header.user_agent": server(.udp(5060), .sip)
    case "http_header.server": web(head: "Server: ", text)
    case "http_header.wwwauth": web(status: "401 Unauthorized", head: "WWW-Authenticate: ", text)
    case "html_title": web(body: Array("<title>".utf8) + text + Array("</title>".utf8))
    case "snmp.sys_description": snmp(description: text)
    case "snmp.sys_object_id": snmp(object: plain)
    case "x509.subject":
      Service(port: .tcp(443), protocol: .http, tls: true, facts: [.certificateSubject: plain])
    case "x509.issuer":
      Service(port: .tcp(443), protocol: .http, tls: true, facts: [.certificateIssuer: plain])
    case "mdns.device-info.txt": deviceInfo(text)
    default: nil
    }
  }

  /// What an HTTP answer with this head or body is read as.
  static func web(
    _ port: Port = .tcp(80), status: String = "200 OK", head: String? = nil, _ value: [UInt8] = [],
    body: [UInt8] = []
  ) -> Service? {
    let line = head.map { Array($0.utf8) + value.prefix { $0 != 0x0a && $0 != 0x0d } + [0x0d, 0x0a] } ?? []
    return answer(Array("HTTP/1.1 \(status)\r\n".utf8) + line + [0x0d, 0x0a] + body, on: port)
  }

  /// What such bytes are read as.
  static func answer(_ bytes: [UInt8], on port: Port) -> Service? {
    guard case .identified(let found) = Handshake.upnpDescription(path: "/").read(bytes, true) else {
      return nil
    }
    return Service(found, on: port)
  }

  /// What an SNMP device with these values is read as.
  static func snmp(description: [UInt8]? = nil, object: String? = nil) -> Service {
    var found = Identification(.snmp, facts: [.anonymous: "open"])
    if let description { found.read(systemDescription: description) }
    found.facts[.objectID] = object
    return Service(found, on: .udp(161))
  }

  /// What a DNS-SD answer with such a string in its TXT record is read as.
  private static func deviceInfo(_ text: [UInt8]) -> Service? {
    guard text.count < 256 else { return nil }
    func name(_ labels: [String]) -> [UInt8] {
      labels.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }
    let data = [UInt8(text.count)] + text
    // A response with one answer: TXT (16), class IN, a time to live of an hour.
    let head: [UInt8] = [0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    let fields: [UInt8] = [0, 16, 0, 1, 0, 0, 0x0e, 0x10, 0, UInt8(data.count)]
    guard data.count < 256 else { return nil }
    return announcement(head + name(["host", "_device-info", "_tcp", "local"]) + fields + data).map {
      Service($0, on: .udp(5353))
    }
  }

  /// What a message of multicast DNS is read as.
  static func announcement(_ bytes: [UInt8]) -> Identification? {
    guard let probe = DatagramProbe.all.first(where: { $0.name == "mdns" }),
      case .identified(let found) = probe.read(bytes)
    else { return nil }
    return found
  }
}

extension Service {
  /// A service that was read as this.
  init(_ found: Identification, on port: Port) {
    self.init(
      port: port, protocol: found.protocol, tls: found.tls, product: found.product, version: found.version,
      facts: found.facts)
  }
}
