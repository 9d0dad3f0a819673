import Posture

extension DatagramProbe {
  /// Asks one device for what it announces, from a port that is not 5353, so that the answer comes to us
  /// and to nobody else (RFC 6762, sections 5.5 and 6.7; RFC 6763, section 9).
  static let mdns = DatagramProbe("mdns", port: 5353) { _ in
    let names = [ServiceTypes.enumeration] + ServiceTypes.asked.map { "\($0).local" }
    var bytes: [UInt8] = [0x4b, 0x64, 0, 0] + UInt16(names.count).octets + [0, 0, 0, 0, 0, 0]
    // PTR, class IN.
    for name in names { bytes += DNSMessage.encoded(name) + [0, 12, 0, 1] }
    return bytes
  } read: { bytes in
    // The identifier of a legacy query is repeated; some responders send zero as for multicast.
    guard let message = DNSMessage(bytes), message.isResponse, [0x4b64, 0].contains(message.identifier),
      !message.records.isEmpty
    else { return .no }
    return .identified(Identification(announcements: message))
  }
}

/// The DNS-SD service types that are asked for and understood (IANA, "Service Name and Transport
/// Protocol Port Number Registry").
enum ServiceTypes {
  static let enumeration = "_services._dns-sd._udp.local"

  /// What home and office devices announce; the enumeration tells of others.
  static let asked = [
    "_ipp._tcp", "_ipps._tcp", "_pdl-datastream._tcp", "_printer._tcp", "_scanner._tcp", "_uscan._tcp",
    "_hap._tcp", "_hap._udp", "_matter._tcp", "_matterc._udp", "_http._tcp", "_https._tcp",
    "_googlecast._tcp",
    "_airplay._tcp", "_raop._tcp", "_spotify-connect._tcp", "_sonos._tcp", "_smb._tcp", "_nfs._tcp",
    "_ssh._tcp",
    "_ftp._tcp", "_telnet._tcp", "_rfb._tcp", "_rtsp._tcp", "_mqtt._tcp", "_coap._udp", "_device-info._tcp",
    "_axis-video._tcp", "_psia._tcp", "_home-assistant._tcp", "_esphomelib._tcp", "_amzn-wplay._tcp",
  ]

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
