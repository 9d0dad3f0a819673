package import Addresses
package import FleetContract
package import HomeAssistant
package import LANScan
import Packets
package import Settings

/// What the owner of the gateway has told the agent: the file `/etc/kadomori/kadomori.yaml`.
///
/// Naming a LAN is the consent to scan it; naming a broker is the consent to report.
package struct AgentConfiguration: Hashable, Sendable {
  /// A LAN that may be scanned.
  package struct LAN: Hashable, Sendable {
    package var interface: String
    /// The time from one scan to the next; `nil` leaves it to operators and ``ScanSchedule/standardInterval``.
    package var every: Duration?
    package var excludedHardware: Set<MACAddress>
    package var excludedAddresses: Set<IPAddress>
    /// Whether devices that may wait are held back after a power loss.
    package var holdsAfterPowerLoss = false

    package init(
      interface: String, every: Duration? = nil, excludedHardware: Set<MACAddress> = [],
      excludedAddresses: Set<IPAddress> = []
    ) {
      self.interface = interface
      self.every = every
      self.excludedHardware = excludedHardware
      self.excludedAddresses = excludedAddresses
    }
  }

  /// Where to report to.
  package struct Broker: Hashable, Sendable {
    /// A numeric address or a name.
    package var host: String
    package var port: UInt16

    package init(host: String, port: UInt16) {
      self.host = host
      self.port = port
    }
  }

  /// The page that is served to the household, on the LANs alone.
  package struct Page: Hashable, Sendable {
    package var isEnabled: Bool
    package var port: UInt16
  }

  package var lans: [LAN]
  /// Times of day at which no scan starts, by the machine's clock and time zone.
  package var quietHours: [TimeOfDayRange]
  package var politeness: Politeness
  package var broker: Broker?
  /// A folder with fingerprints in Recog's format.
  package var fingerprints: String?
  /// A folder with MUD files (RFC 8520), beside ``Paths/localMUD``.
  package var mud: String?
  /// Verbs that no operator's command may have carried out here.
  package var refusedCommands: Set<CommandVerb>

  package init(
    lans: [LAN], quietHours: [TimeOfDayRange], politeness: Politeness, broker: Broker?,
    fingerprints: String? = nil, mud: String? = nil, refusedCommands: Set<CommandVerb> = []
  ) {
    self.lans = lans
    self.quietHours = quietHours
    self.politeness = politeness
    self.broker = broker
    self.fingerprints = fingerprints
    self.mud = mud
    self.refusedCommands = refusedCommands
  }

  /// The name in DNS whose text record holds the provider's policy of returning; `nil` where nobody named one.
  package private(set) var paceRecord: String?

  /// The household's broker on which Home Assistant is told of the gateway; `nil` where nobody asked for it.
  package private(set) var home: HomeBroker?

  /// The household's page; `nil` where it is not switched on.
  package private(set) var page: Page?

  /// The file it was read from.
  package private(set) var file = Self.path

  /// Whether there is nothing to do until somebody configures something.
  package var isIdle: Bool { lans.isEmpty }

  package static let path = "/etc/kadomori/kadomori.yaml"
}

extension AgentConfiguration {
  /// The format of the file; an empty file is a valid one, of an agent that idles.
  package static let format = Format<AgentConfiguration>.mapping { file in
    let lans = file.optional("lan", .list(of: lan, atMost: 16), default: [])
    let quiet = file.optional("quiet_hours", .oneOrMore(of: .timeOfDayRange, atMost: 16), default: [])
    let politeness = file.optional("limits", limits, default: Politeness())
    let broker = file.optional("broker", broker)
    let fingerprints = file.optional("fingerprints", folder)
    let mud = file.optional("mud", folder)
    let record = file.optional("pace_record", recordName)
    let home = file.optional("home_assistant", home)
    let page = file.optional("local_page", page)
    let refused = file.optional(
      "refuse_commands", .list(of: verb, atMost: CommandVerb.allCases.count), default: [])
    let names = lans.map(\.interface)
    if let twice = names.first(where: { name in names.filter { $0 == name }.count > 1 }) {
      return file.field("lan").fail("interface '\(twice)' is named twice; keep one of the entries")
    }
    if page?.isEnabled == true, lans.isEmpty, !file.contains("lan") {
      return file.field("local_page").fail(
        "the page is for those in a LAN of this site; name one under 'lan'")
    }
    var result = AgentConfiguration(
      lans: lans, quietHours: quiet, politeness: politeness, broker: broker, fingerprints: fingerprints,
      mud: mud, refusedCommands: Set(refused))
    result.paceRecord = record
    result.home = home
    result.page = page?.isEnabled == true ? page : nil
    return result
  }

  /// Reads the file; one without any setting gives an agent that idles.
  package static func read(_ path: String) throws(SettingsError) -> AgentConfiguration {
    let bytes = try SettingsFile.bytes(of: path)
    // YAML has no document in a file that only holds comments; here that is no mistake.
    let text = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
    let hasSettings = text.split(separator: 0x0a).contains { line in
      line.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d }.map { $0 != 0x23 } ?? false
    }
    guard hasSettings else {
      return AgentConfiguration(lans: [], quietHours: [], politeness: Politeness(), broker: nil)
    }
    var configuration = try Node(yaml: bytes, file: path).read(format)
    configuration.file = path
    return configuration
  }

  private static let lan = Format<LAN>.mapping { lan in
    let interface = lan.required("interface", interfaceName)
    let every = lan.optional("every", .duration(in: .seconds(300) ... .seconds(31 * 86_400)))
    let exclude = lan.optional("exclude", .list(of: exclusion, atMost: 256), default: [])
    let holds = lan.optional("hold_after_power_loss", .bool, default: false)
    guard let interface else { return nil }
    var result = LAN(interface: interface, every: every)
    result.holdsAfterPowerLoss = holds
    for entry in exclude {
      switch entry {
      case .hardware(let mac): result.excludedHardware.insert(mac)
      case .address(let address): result.excludedAddresses.insert(address)
      }
    }
    return result
  }

  /// What the kernel takes for the name of an interface (dev_valid_name in net/core/dev.c).
  private static let interfaceName = Format<String>.string(atMost: 15).checked { name in
    let isValid =
      name != "." && name != ".." && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x2f && $0 != 0x3a }
    return isValid ? nil : "'\(name)' cannot be the name of an interface; 'ip link' shows those there are"
  }

  /// A name of letters, digits, hyphens and dots (RFC 1123, section 2.1), or an address.
  private static let hostName = Format<String>.string(atMost: 253).checked { name in
    let isValid = name.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) || [0x2d, 0x2e, 0x3a].contains($0)
    }
    return isValid ? nil : "'\(name)' is neither a host name nor an address"
  }

  /// A name of DNS, which may have underscores (RFC 8552).
  private static let recordName = Format<String>.string(atMost: 253).checked { name in
    TXTQuestion.isName(name)
      ? nil : "'\(name)' is no name of DNS, such as area-1.pace.isp.example"
  }

  private static let home = Format<HomeBroker>.mapping { home in
    let host = home.required(
      "host",
      hostName.checked { name in
        HomeBroker.isOfThisSite(name)
          ? nil
          : "'\(name)' is not of this site; name a broker in the house, by a private address or a local name"
      })
    let port = home.optional("port", .int(in: 1...65_535), default: 1883)
    let user = home.optional("user", .string(atMost: 256))
    let passwordFile = home.optional("password_file", folder)
    let prefix = home.optional("topic", topic, default: "homeassistant")
    let language = home.optional("language", language, default: "en")
    guard let host else { return nil }
    return HomeBroker(
      host: host, port: UInt16(port), user: user, passwordFile: passwordFile, prefix: prefix,
      language: language)
  }

  /// A port that takes no privilege; the agent has none to listen on a lower one.
  private static let page = Format<Page>.mapping { page in
    let isEnabled = page.required("enabled", .bool)
    let port = page.optional("port", .int(in: 1024...65_535), default: 8476)
    return isEnabled.map { Page(isEnabled: $0, port: UInt16(port)) }
  }

  /// A part of a topic of MQTT: without wildcards.
  private static let topic = Format<String>.string(atMost: 128).checked { name in
    let isValid =
      !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x23 && $0 != 0x2b && $0 != 0x7f }
    return isValid ? nil : "'\(name)' cannot be a topic; Home Assistant's default is homeassistant"
  }

  private static let language = Format<String>.string(atMost: 2).checked { name in
    ["en", "ja"].contains(name) ? nil : "'\(name)' is not spoken here; en or ja"
  }

  private static let verb = Format<String>.string.map { text, field in
    CommandVerb(rawValue: text)
      ?? field.fail(
        "'\(text)' is no command; there are \(CommandVerb.allCases.map(\.rawValue).joined(separator: ", "))")
  }

  /// A whole path: the agent's working directory is nobody's.
  private static let folder = Format<String>.string(atMost: 1024).checked { path in
    path.hasPrefix("/") ? nil : "'\(path)' is not a whole path; begin with a slash"
  }

  private enum Exclusion: Sendable {
    case hardware(MACAddress)
    case address(IPAddress)
  }

  private static let exclusion = Format<Exclusion> { field in
    let expected = "a device's hardware address such as 00:00:5e:00:53:01, or an address of it"
    guard let text = field.text(expected: expected) else { return nil }
    if let mac = MACAddress(text) { return .hardware(mac) }
    if let address = IPAddress(text) { return .address(address) }
    return field.fail("'\(text)' is not \(expected)")
  }

  /// The limits can be lowered, never raised above those a scan keeps by default.
  private static let limits = Format<Politeness>.mapping { limits in
    var politeness = Politeness()
    politeness.packetsPerSecond = limits.optional(
      "packets_per_second", .int(in: 50...politeness.packetsPerSecond), default: politeness.packetsPerSecond)
    politeness.probesPerDevice = limits.optional(
      "probes_per_device", .int(in: 3...politeness.probesPerDevice), default: politeness.probesPerDevice)
    politeness.devicesAtOnce = limits.optional(
      "devices_at_once", .int(in: 1...politeness.devicesAtOnce), default: politeness.devicesAtOnce)
    return politeness
  }

  private static let broker = Format<Broker>.mapping { broker in
    let host = broker.required("host", hostName)
    let port = broker.optional("port", .int(in: 1...65_535), default: 1883)
    guard let host else { return nil }
    return Broker(host: host, port: UInt16(port))
  }
}
