import Posture

extension DatagramProbe {
  /// Asks one device which service types it has, and for smart-home services.
  ///
  /// From a port that is not 5353, so that the answer comes to us and to nobody else (RFC 6762, sections
  /// 5.5 and 6.7; RFC 6763, section 9). Such an answer repeats the questions and may be held to 512
  /// octets, so one datagram asks for few types.
  static let mdns = announcements(
    "mdns", of: [ServiceTypes.enumeration, "_hap._tcp.local", "_matter._tcp.local"])

  /// Asks for printers, whose raw port must be known without sending to it.
  static let mdnsPrinting = announcements(
    "mdns-printing", of: ["_ipp._tcp.local", "_pdl-datastream._tcp.local", "_printer._tcp.local"])

  /// Asks for televisions and speakers.
  static let mdnsMedia = announcements(
    "mdns-media", of: ["_googlecast._tcp.local", "_airplay._tcp.local", "_raop._tcp.local"])

  /// Asks for computers, file servers and home pages.
  static let mdnsHosts = announcements(
    "mdns-hosts", of: ["_http._tcp.local", "_smb._tcp.local", "_ssh._tcp.local", "_device-info._tcp.local"])

  private static func announcements(_ name: String, of names: [String]) -> DatagramProbe {
    DatagramProbe(name, port: 5353) { _ in
      // PTR, class IN.
      [0x4b, 0x6d, 0, 0] + UInt16(names.count).octets + [0, 0, 0, 0, 0, 0]
        + names.flatMap { DNSMessage.encoded($0) + [0, 12, 0, 1] }
    } read: { bytes in
      // The identifier of a legacy query is repeated; some responders send zero as for multicast.
      guard let message = DNSMessage(bytes), message.isResponse, [0x4b6d, 0].contains(message.identifier),
        !message.records.isEmpty
      else { return .no }
      return .identified(Identification(announcements: message))
    }
  }
}

/// The DNS-SD service types that are understood (IANA, "Service Name and Transport
/// Protocol Port Number Registry").
enum ServiceTypes {
  static let enumeration = "_services._dns-sd._udp.local"

  /// The protocol of a type; ``ServiceProtocol/unknown`` where the type is no protocol that we ask for.
  static func spoken(_ type: String) -> ServiceProtocol {
    protocols[type] ?? .unknown
  }

  private static let protocols: [String: ServiceProtocol] = [
    "_ipp": .ipp, "_ipps": .ipp, "_pdl-datastream": .jetdirect, "_printer": .lpd, "_uscan": .http,
    "_uscans": .http, "_hap": .hap, "_http": .http, "_https": .http, "_http-alt": .http, "_smb": .smb,
    "_ssh": .ssh, "_sftp-ssh": .ssh, "_ftp": .ftp, "_telnet": .telnet, "_rfb": .vnc, "_rtsp": .rtsp,
    "_mqtt": .mqtt, "_coap": .coap, "_adb": .adb, "_adb-tls-connect": .adb, "_axis-video": .http,
    "_psia": .http,
    "_home-assistant": .http, "_sip": .sip, "_ldap": .ldap, "_domain": .dns, "_nfs": .sunrpc, "_mpd": .mpd,
    "_ntp": .ntp, "_rdp": .rdp, "_xmpp-client": .xmpp, "_xmpp-server": .xmpp, "_owserver": .owserver,
  ]
}
