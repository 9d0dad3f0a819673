import FleetContract
import Testing

@Suite struct TopicTests {
  private static let name = known(TopicName("some.Name-1_x"))

  private static let channels: [Channel] =
    [
      .status, .posture, .devices, .devices(part: 2), .devices(part: 64), .exposures, .event(.finding),
      .event(name), .metrics(name), .ack, .note(name), .result(name),
    ] + CommandVerb.allCases.map { .command($0, id: name) }

  @Test(arguments: channels) func `a topic reads what it wrote`(channel: Channel) {
    let topic = Topic.gateway(Samples.gateway, channel)
    #expect(Topic(topic.description) == topic)
    #expect(topic.description.split(separator: "/").count <= 8)
  }

  @Test func `topics without a gateway read what they wrote`() {
    for topic in [
      Topic.policy(group: Self.name), .profiles(group: Self.name), .collectorStatus(collector: Self.name),
    ] + [TenantChannel.status, .posture, .event(.finding)].map({ .tenant(Self.name, Samples.gateway, $0) }) {
      #expect(Topic(topic.description) == topic)
    }
  }

  @Test func `random names read what they wrote`() {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")
    for _ in 0..<2000 {
      let text = String((0..<Int.random(in: 1...64)).map { _ in alphabet.randomElement(using: &random)! })
      guard let name = TopicName(text) else {
        #expect(text.hasPrefix("_"))
        continue
      }
      let hash = (0..<10).map { _ in UInt8.random(in: 0...255) }
      let gateway = GatewayID(hash: hash)!
      #expect(GatewayID(gateway.description) == gateway)
      for channel in [Channel.event(name), .metrics(name), .command(.scan, id: name)] {
        let topic = Topic.gateway(gateway, channel)
        #expect(Topic(topic.description) == topic)
      }
    }
  }

  @Test(arguments: [
    "", "/", "kadomori", "kadomori/v1", "kadomori/v2/gw-abcdefghij234567/status",
    "kadomori/v1/gw-abcdefghij23456/status", "kadomori/v1/gw-ABCDEFGHIJ234567/status",
    "kadomori/v1/gw-abcdefghij234567", "kadomori/v1/gw-abcdefghij234567/",
    "kadomori/v1/gw-abcdefghij234567/status/", "kadomori/v1/gw-abcdefghij234567/twin/devices/1",
    "kadomori/v1/gw-abcdefghij234567/twin/devices/02", "kadomori/v1/gw-abcdefghij234567/twin/devices/+2",
    "kadomori/v1/gw-abcdefghij234567/twin/devices/65", "kadomori/v1/gw-abcdefghij234567/evt/",
    "kadomori/v1/gw-abcdefghij234567/evt/_x", "kadomori/v1/gw-abcdefghij234567/evt/a b",
    "kadomori/v1/gw-abcdefghij234567/cmd/format/1", "kadomori/v1/_policy/", "kadomori/v1/_profiles/",
    "kadomori/v1/_collector/x", "kadomori/v1/isp/x", "kadomori/v1/isp/x/gw-abcdefghij234567",
    "kadomori/v1/isp/x/y/status", "kadomori/v1/isp/+/gw-abcdefghij234567/status",
    "kadomori/v1/isp/x/gw-abcdefghij234567/evt", "kadomori/v1/isp/x/gw-abcdefghij234567/twin/devices",
    "kadomori/v1/gw-abcdefghij234567/evt/\u{202e}x",
  ]) func `anything else is no topic`(text: String) {
    #expect(Topic(text) == nil)
  }

  @Test func `commands are never retained, state always is`() {
    for channel in Self.channels {
      let delivery = channel.delivery
      switch channel {
      case .status, .posture, .devices, .exposures: #expect(delivery.retained)
      case .command:
        #expect(!delivery.retained)
        #expect(delivery.expiry == .asCommand)
      default: #expect(!delivery.retained)
      }
    }
    for channel in [TenantChannel.status, .posture, .event(.finding)] {
      var delivery = channel.source.delivery
      delivery.author = .collector
      #expect(Topic.tenant(Self.name, Samples.gateway, channel).delivery == delivery)
    }
    #expect(Channel.event(.finding).delivery.expiry == .after(.seconds(604_800)))
    #expect(Channel.metrics(Self.name).delivery.qos == .atMostOnce)
  }

  @Test func `only streams are shared`() {
    #expect(TopicFilter.collectorState.allSatisfy { !$0.description.hasPrefix("$share") })
    for filter in TopicFilter.collectorStream {
      #expect(filter.description.hasPrefix("$share/ingest/kadomori/v1/+/"))
    }
    let own = TopicFilter.gateway(Samples.gateway, group: Self.name).map(\.description)
    #expect(own.contains("kadomori/v1/gw-abcdefghij234567/ack"))
    #expect(own.contains("kadomori/v1/_policy/some.Name-1_x"))
    #expect(own.contains("kadomori/v1/_profiles/some.Name-1_x"))
  }

  @Test func `an id is the first 80 bits in base32`() {
    // RFC 4648, section 10: "foobar" begins MZXW6YTBO.
    #expect(GatewayID(hash: Array("foobarfoob".utf8))?.description == "gw-mzxw6ytbojtg633c")
    #expect(GatewayID(hash: [1, 2, 3]) == nil)
  }
}
