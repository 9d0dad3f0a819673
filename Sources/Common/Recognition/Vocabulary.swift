import Posture

/// The words for kinds of devices in the protocols that have such words.
enum Vocabulary {
  struct Sense: Hashable {
    let kind: DeviceKind
    /// How often what bears the word is of that kind: a word that a standard gives to one kind alone is
    /// 0.9, which no data we have contradicts and too few confirm; one that others use as well is less.
    let confidence: Double

    init(_ kind: DeviceKind, _ confidence: Double = 0.9) {
      self.kind = kind
      self.confidence = confidence
    }
  }

  static func sense(of word: String, in name: ServiceProtocol) -> Sense? {
    switch name {
    case .ssdp, .upnp: upnp[upnpName(word)]
    case .mdns: dnsSD[word]
    case .wsDiscovery: wsDiscovery[word.split(separator: ":").last.map(String.init) ?? word]
    case .echonetLite: echonet(word)
    case .http: upnp[upnpName(word)]
    default: nil
    }
  }

  /// `MediaRenderer` in `urn:schemas-upnp-org:device:MediaRenderer:1` (UPnP Device Architecture 1.1, section 2.3).
  private static func upnpName(_ word: String) -> String {
    let parts = word.split(separator: ":")
    guard parts.count == 5, parts[2] == "device" else { return "" }
    return String(parts[3])
  }

  /// Functions of link layer discovery; a computer that passes packets on calls itself a router too.
  static let lldp: [String: Sense] = [
    "wlan-access-point": Sense(.accessPoint), "telephone": Sense(.phone), "docsis": Sense(.router, 0.8),
    "router": Sense(.router, 0.5),
  ]

  /// How the vendor classes of DHCP clients begin that are of one kind alone (RFC 2132, section 9.13).
  static let dhcp: [(prefix: String, sense: Sense)] = [
    ("android-dhcp-", Sense(.phone, 0.7)), ("MSFT ", Sense(.computer, 0.8)),
    ("Hewlett-Packard JetDirect", Sense(.printer)), ("Hewlett-Packard LaserJet", Sense(.printer)),

    // The maker's encoders and audio modules begin with its name as well.
    ("AXIS,Network Camera", Sense(.camera)), ("Cisco Systems, Inc. IP Phone", Sense(.phone)),
    ("yealink", Sense(.phone, 0.8)),
    ("Polycom-", Sense(.phone, 0.8)), ("snom-", Sense(.phone, 0.8)), ("Cisco AP ", Sense(.accessPoint)),
    ("docsis", Sense(.router, 0.8)),
  ]

  /// Device types of the UPnP Forum's device control protocols.
  private static let upnp: [String: Sense] = [
    "InternetGatewayDevice": Sense(.router), "WLANAccessPointDevice": Sense(.accessPoint),
    "Printer": Sense(.printer), "DigitalSecurityCamera": Sense(.camera), "MediaServer": Sense(.nas, 0.5),
    "BinaryLight": Sense(.appliance), "DimmableLight": Sense(.appliance),
    "HVAC_System": Sense(.appliance), "HVAC_ZoneThermostat": Sense(.appliance),
    "SolarProtectionBlind": Sense(.appliance), "Telephony": Sense(.phone, 0.8),
    // Belkin's name for its switched sockets, in use since 2012.
    "controllee": Sense(.appliance), "insight": Sense(.appliance), "bridge": Sense(.hub),
  ]

  /// Service types of the IANA registry (RFC 6763, section 7) and those that makers register there.
  private static let dnsSD: [String: Sense] = [
    "_ipp._tcp": Sense(.printer), "_ipps._tcp": Sense(.printer), "_printer._tcp": Sense(.printer),
    "_pdl-datastream._tcp": Sense(.printer), "_scanner._tcp": Sense(.printer, 0.7),
    "_uscan._tcp": Sense(.printer, 0.7), "_googlecast._tcp": Sense(.tv, 0.6),
    "_androidtvremote2._tcp": Sense(.tv), "_raop._tcp": Sense(.speaker, 0.6),
    "_sonos._tcp": Sense(.speaker), "_spotify-connect._tcp": Sense(.speaker, 0.6),
    "_axis-video._tcp": Sense(.camera), "_nvstream._tcp": Sense(.computer, 0.6),
    "_adisk._tcp": Sense(.nas, 0.7), "_hue._tcp": Sense(.hub), "_matterc._udp": Sense(.appliance, 0.6),
    "_esphomelib._tcp": Sense(.appliance), "_shelly._tcp": Sense(.appliance),
    "_miio._udp": Sense(.appliance, 0.8), "_workstation._tcp": Sense(.computer, 0.5),
    "_apple-mobdev2._tcp": Sense(.phone, 0.7), "_home-assistant._tcp": Sense(.hub),
  ]

  /// Types of ONVIF Core 2.0, section 7.3.2.2, and of the Devices Profile for Web Services' users.
  private static let wsDiscovery: [String: Sense] = [
    "NetworkVideoTransmitter": Sense(.camera), "NetworkVideoStorage": Sense(.recorder),
    "NetworkVideoDisplay": Sense(.tv, 0.7), "Computer": Sense(.computer),
    "PrintDeviceType": Sense(.printer), "ScanDeviceType": Sense(.printer, 0.7),
  ]

  /// Class groups and classes of ECHONET Appendix, "Detailed Requirements for ECHONET Device Objects".
  private static func echonet(_ word: String) -> Sense? {
    switch word {
    case "0288", "0280", "0281", "0282": Sense(.meter)
    case "05ff": Sense(.hub, 0.8)
    case "0602", "0603": Sense(.tv, 0.8)
    default:
      switch word.prefix(2) {
      // Sensors, air conditioners, housing, cooking, health.
      case "00", "01", "02", "03", "04": Sense(.appliance)
      default: nil
      }
    }
  }
}
