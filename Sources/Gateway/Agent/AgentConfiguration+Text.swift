import Addresses
import FleetContract
import HomeAssistant
import LANScan
import Settings

extension AgentConfiguration {
  /// The settings as a file of them has them, which ``format`` reads back as the same; empty where there are none.
  ///
  /// Times of less than a second and comments are not in it.
  package var text: String {
    var lines: [String] = []
    if !lans.isEmpty { lines.append("lan:") }
    for lan in lans { lines += Self.lines(lan) }
    if !quietHours.isEmpty {
      lines.append("quiet_hours: [\(quietHours.map { Self.quoted($0.description) }.joined(separator: ", "))]")
    }
    let limits = limits
    if !limits.isEmpty { lines += ["limits:"] + limits.map { "  \($0): \($1)" } }
    if let broker {
      lines += ["broker:", "  host: \(Self.quoted(broker.host))", "  port: \(broker.port)"]
    }
    if let paceRecord { lines.append("pace_record: \(Self.quoted(paceRecord))") }
    if let home { lines += Self.lines(home) }
    if let page { lines.append("local_page: {enabled: true, port: \(page.port)}") }
    if let fingerprints { lines.append("fingerprints: \(Self.quoted(fingerprints))") }
    if let mud { lines.append("mud: \(Self.quoted(mud))") }
    if !refusedCommands.isEmpty {
      lines.append("refuse_commands: [\(refusedCommands.map(\.rawValue).sorted().joined(separator: ", "))]")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func lines(_ home: HomeBroker) -> [String] {
    let fields = [
      ("host", home.host), ("user", home.user), ("password_file", home.passwordFile), ("topic", home.prefix),
      ("language", home.language),
    ]
    return ["home_assistant:", "  port: \(home.port)"]
      + fields.compactMap { name, value in value.map { "  \(name): \(quoted($0))" } }
  }

  private static func lines(_ lan: LAN) -> [String] {
    var lines = ["  - interface: \(quoted(lan.interface))"]
    if let every = lan.every { lines.append("    every: \(every.components.seconds)s") }
    let excluded =
      lan.excludedHardware.map(\.description).sorted() + lan.excludedAddresses.map(\.description).sorted()
    if !excluded.isEmpty { lines.append("    exclude: [\(excluded.map(quoted).joined(separator: ", "))]") }
    if lan.holdsAfterPowerLoss { lines.append("    hold_after_power_loss: true") }
    return lines
  }

  private var limits: [(String, Int)] {
    let usual = Politeness()
    return [
      ("packets_per_second", politeness.packetsPerSecond, usual.packetsPerSecond),
      ("probes_per_device", politeness.probesPerDevice, usual.probesPerDevice),
      ("devices_at_once", politeness.devicesAtOnce, usual.devicesAtOnce),
    ].filter { $0.1 != $0.2 }.map { ($0.0, $0.1) }
  }

  /// Text between double quotes, as YAML 1.2 (section 7.3.1) has it; nothing in it then means anything else.
  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
