package import Posture
package import Recog

/// Asks fingerprints in Recog's format about what a device said.
package enum FingerprintClues {
  /// How sure such a fingerprint is of a kind, by recordings of devices of which its authors did not know.
  ///
  /// See `kadomori-train reliability` in README.
  static let confidence = 0.75
  private static let limit = 8

  /// The kinds of text that are asked about; fingerprints for others need not be loaded.
  package static let keys: Set<String> = [
    "ssh.banner", "ftp.banner", "smtp.banner", "pop3.banner", "imap4.banner", "mysql.banners",
    "dns.versionbind", "telnet_banners", "http_header.server", "html_title", "http_header.wwwauth",
    "rtsp_header.server", "sip_header.server", "snmp.sys_description", "snmp.sys_object_id", "x509.subject",
    "x509.issuer",
  ]

  package static func clues(of device: Device, by base: RecogBase) -> [Clue] {
    guard base.count > 0 else { return [] }
    var clues: [Clue] = []
    for service in device.services {
      for (key, text) in texts(of: service) {
        guard let match = base.match(text, as: key) else { continue }
        let fields = match.fields
        let clue = Clue(
          .fingerprint, kind: word(in: fields).flatMap(kind(of:)), vendor: fields["hw.vendor"],
          model: fields["hw.product"],
          confidence: confidence, detail: "\(service.port) \(key): \(match.description)")
        // What tells neither kind nor model says nothing of the device.
        guard clue.kind != nil || clue.model != nil else { continue }
        clues.append(clue)
        if clues.count == limit { return clues }
      }
    }
    return clues
  }

  /// What a fingerprint calls the device.
  package static func word(in fields: [String: String]) -> String? {
    fields["hw.device"] ?? fields["os.device"]
  }

  /// The kind that such a word stands for; `nil` where it stands for none of ours.
  package static func kind(of word: String) -> DeviceKind? { kinds[word] }

  /// What a service said, as the fingerprints expect it: without the codes and versions of the protocol.
  private static func texts(of service: Service) -> [(key: String, text: String)] {
    var texts: [(String, String)] = []
    func add(_ key: String, _ text: String?) { if let text { texts.append((key, text)) } }
    let banner = service.facts[.banner]
    switch service.protocol {
    case .ssh:
      add("ssh.banner", banner?.split(separator: "-", maxSplits: 2).dropFirst(2).first.map(String.init))
    case .ftp: add("ftp.banner", withoutCode(banner))
    case .smtp: add("smtp.banner", withoutCode(banner))
    case .pop3: add("pop3.banner", withoutCode(banner))
    case .imap:
      add("imap4.banner", banner?.split(separator: " ", maxSplits: 2).dropFirst(2).first.map(String.init))
    case .mysql: add("mysql.banners", service.version)
    case .dns: add("dns.versionbind", banner)
    case .telnet: add("telnet_banners", banner)
    case .rtsp: add("rtsp_header.server", service.facts[.server])
    case .sip: add("sip_header.server", service.facts[.server])
    case .snmp:
      add("snmp.sys_description", banner)
      add("snmp.sys_object_id", service.facts[.objectID])
    case .http, .upnp, .ipp:
      add("http_header.server", service.facts[.server])
      add("html_title", service.facts[.title])
      add("http_header.wwwauth", service.facts[.realm].map { "Basic realm=\"\($0)\"" })
    default: break
    }
    add("x509.subject", service.facts[.certificateSubject])
    add("x509.issuer", service.facts[.certificateIssuer])
    return texts
  }

  /// A greeting without `220`, `220-` or `+OK` before it.
  private static func withoutCode(_ text: String?) -> String? {
    guard let text, let space = text.firstIndex(where: { $0 == " " || $0 == "-" }) else { return nil }
    return String(text[text.index(after: space)...])
  }

  /// Recog's words for devices.
  private static let kinds: [String: DeviceKind] = [
    "Printer": .printer, "Multifunction Device": .printer, "Print Server": .printer, "Scanner": .printer,
    "Network Scanner": .printer, "Copier": .printer,
    "Router": .router, "Broadband Router": .router, "Broadband router": .router, "Cable Modem": .router,
    "DOCSIS Cable Modem": .router, "DSL Modem": .router, "ADSL Modem": .router, "ADSL Router": .router,
    "WAP": .accessPoint, "WLAN Repeater": .accessPoint, "Wireless Controller": .accessPoint,
    "VoIP": .phone, "VoIP Server": .phone, "VoIP Switch": .phone, "SIP Device": .phone,
    "VoIP Gateway": .phone, "SIP Gateway": .phone, "IP Phone": .phone,
    "Mobile Phone": .phone, "Mobile": .phone, "IP Camera": .camera, "Web cam": .camera, "Web Cam": .camera,
    "DVR": .recorder, "Cloud Network Video Recorder": .recorder,
    "NAS": .nas, "Storage": .nas, "Storage Appliance": .nas,
    "Desktop": .computer, "Laptop": .computer, "Workstation": .computer, "Thin Client": .computer,
    "PLC": .plc, "HMI Controller": .hmi, "Media Player": .tv, "Media Receiver": .tv, "Media Server": .tv,
    "IPTV": .tv, "Smart TV": .tv, "Network Audio": .speaker, "AV Receiver": .speaker,
    "UPS": .appliance, "PDU": .appliance, "Power Device": .appliance, "Power device": .appliance,
    "Power Relay": .appliance, "Relay Controller": .appliance, "Light Bulb": .appliance,
    "Power Meter": .meter, "Building Automation": .buildingController,
    "Hypervisor": .server, "Server": .server, "Mainframe": .server, "Lights Out Management": .server,
    "Onboard Administrator": .server, "Management Processor": .server, "Device Server": .server,
  ]
}
