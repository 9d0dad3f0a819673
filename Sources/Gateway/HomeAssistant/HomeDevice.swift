import FoundationEssentials

/// The gateway as Home Assistant's discovery wants it told: one device, and sensors that only show.
///
/// The form is that of "MQTT device discovery" (home-assistant.io, integrations/mqtt, from release 2024.11): one retained
/// message, with abbreviated keys. Nothing in it can be pressed: no entity takes commands.
package struct HomeDevice: Hashable, Sendable {
  private let gateway: String
  private let version: String
  private let broker: HomeBroker

  package init(gateway: String, version: String, broker: HomeBroker) {
    self.gateway = gateway
    self.version = version
    self.broker = broker
  }

  /// Where the device is told; an empty retained message there removes it.
  package var configurationTopic: String { "\(broker.prefix)/device/\(identifier)/config" }
  package var stateTopic: String { "kadomori/home/\(identifier)/state" }
  /// `online` or `offline`.
  package var availabilityTopic: String { "kadomori/home/\(identifier)/availability" }
  /// Where Home Assistant says `online` after a start, when it wants to be told again.
  package var birthTopic: String { "\(broker.prefix)/status" }

  /// Every topic on which the broker keeps something of us.
  package var keptTopics: [String] { [configurationTopic, stateTopic, availabilityTopic] }

  /// Names in topics of discovery hold letters, digits, `-` and `_` only.
  private var identifier: String { String("kadomori-\(gateway)".prefix(64)) }

  package var configuration: [UInt8] {
    Self.json(
      Document(
        dev: Device(
          ids: identifier, name: words("Gateway security", "ゲートウェイの安全"), mf: "Kadomori", sw: version),
        o: Origin(name: "kadomori", sw: version),
        availabilityTopic: availabilityTopic, stateTopic: stateTopic, components: components))
  }

  private var components: [String: Component] {
    [
      "findings": sensor(words("Open findings", "未解決の指摘"), "findings") { $0.stateClass = "measurement" },
      "worst": sensor(words("Worst finding", "最も重い指摘"), "worst") { _ in },
      "grade": sensor(words("Grade", "評価"), "grade") { _ in },
      "devices": sensor(words("Devices seen", "見つかった機器"), "devices") { $0.stateClass = "measurement" },
      "scanned": sensor(words("Last scan", "前回の調査"), "scanned") { $0.deviceClass = "timestamp" },
      "attention": Component(
        p: "binary_sensor", name: words("Needs attention", "対応が必要"), uniqueID: "\(identifier)_attention",
        template: "{{ 'ON' if value_json.attention else 'OFF' }}", deviceClass: "safety"),
    ]
  }

  private func sensor(_ name: String, _ field: String, _ more: (inout Component) -> Void) -> Component {
    var component = Component(
      p: "sensor", name: name, uniqueID: "\(identifier)_\(field)",
      template: "{{ value_json.\(field) | default('None') }}")
    more(&component)
    return component
  }

  private func words(_ english: String, _ japanese: String) -> String {
    broker.language == "ja" ? japanese : english
  }

  private struct Document: Encodable {
    var dev: Device
    var o: Origin
    var availabilityTopic: String
    var stateTopic: String
    var qos = 1
    var components: [String: Component]

    private enum CodingKeys: String, CodingKey {
      case dev, o, qos
      case availabilityTopic = "avty_t"
      case stateTopic = "stat_t"
      case components = "cmps"
    }
  }

  private struct Device: Encodable { var ids, name, mf, sw: String }
  private struct Origin: Encodable { var name, sw: String }

  private struct Component: Encodable {
    var p: String
    var name: String
    var uniqueID: String
    var template: String
    var deviceClass: String?
    var stateClass: String?

    private enum CodingKeys: String, CodingKey {
      case p, name
      case uniqueID = "unique_id"
      case template = "val_tpl"
      case deviceClass = "dev_cla"
      case stateClass = "stat_cla"
    }
  }

  static func json(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Only texts and numbers of our own: there is nothing that could not be encoded.
    return [UInt8]((try? encoder.encode(value)) ?? Data())
  }
}
