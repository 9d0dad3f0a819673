/// How a topic's messages are published: the contract's table, in one place.
package struct Delivery: Hashable, Sendable {
  /// The quality of service of MQTT.
  package enum QoS: Int, Hashable, Sendable {
    case atMostOnce = 0
    case atLeastOnce = 1
  }

  /// For how long the broker may hold a message.
  package enum Expiry: Hashable, Sendable {
    case never
    case after(Duration)
    /// Until the signed command inside expires.
    case asCommand
  }

  /// Who may publish.
  package enum Author: Hashable, Sendable {
    case gateway
    case collector
  }

  package var author: Author
  package var retained: Bool
  package var qos: QoS
  package var expiry: Expiry

  /// How long after a lost connection the broker publishes a Will: a short blip is not an outage.
  package static let willDelay = Duration.seconds(60)
}

extension Topic {
  package var delivery: Delivery {
    switch self {
    case .gateway(_, let channel): channel.delivery
    case .tenant(_, _, let channel):
      // As the gateway's own, but that the collector writes it.
      Delivery(
        author: .collector, retained: channel.source.delivery.retained, qos: channel.source.delivery.qos,
        expiry: channel.source.delivery.expiry)
    case .policy, .profiles, .collectorStatus:
      Delivery(author: .collector, retained: true, qos: .atLeastOnce, expiry: .never)
    }
  }
}

extension Channel {
  package var delivery: Delivery {
    switch self {
    case .status, .posture, .devices, .exposures:
      Delivery(author: .gateway, retained: true, qos: .atLeastOnce, expiry: .never)
    case .event:
      Delivery(author: .gateway, retained: false, qos: .atLeastOnce, expiry: .after(.seconds(7 * 86_400)))
    case .metrics:
      Delivery(author: .gateway, retained: false, qos: .atMostOnce, expiry: .after(.seconds(15 * 60)))
    case .result:
      Delivery(author: .gateway, retained: false, qos: .atLeastOnce, expiry: .after(.seconds(86_400)))
    case .ack:
      Delivery(author: .collector, retained: false, qos: .atLeastOnce, expiry: .after(.seconds(86_400)))
    case .note:
      Delivery(author: .collector, retained: false, qos: .atLeastOnce, expiry: .after(.seconds(30 * 86_400)))
    case .command:
      // Never retained: a retained command would be carried out again by every gateway that returns.
      Delivery(author: .collector, retained: false, qos: .atLeastOnce, expiry: .asCommand)
    }
  }
}
