/// A subscription of one of the two sides.
package struct TopicFilter: Hashable, Sendable, CustomStringConvertible {
  package let description: String
  package let qos: Delivery.QoS

  private init(_ levels: String, shared: Bool = false, qos: Delivery.QoS = .atLeastOnce) {
    self.description = (shared ? "$share/ingest/" : "") + Topic.root + "/" + levels
    self.qos = qos
  }

  /// What every collector reads: retained messages are never sent to a shared subscription
  /// (MQTT 5, section 4.8.2).
  package static let collectorState = [TopicFilter("+/status"), TopicFilter("+/twin/#")]

  /// What collectors share among themselves.
  package static let collectorStream = [
    TopicFilter("+/evt/#", shared: true),
    TopicFilter("+/met/#", shared: true, qos: .atMostOnce),
    TopicFilter("+/res/#", shared: true),
  ]

  /// What a gateway may read: its own topics, its group's policy and profiles, and who collects.
  package static func gateway(_ gateway: GatewayID, group: TopicName?) -> [TopicFilter] {
    let own = ["ack", "cmd/+/+", "note/+"].map { TopicFilter("\(gateway)/\($0)") }
    let policy = group.map { [TopicFilter("_policy/\($0)"), TopicFilter("_profiles/\($0)")] } ?? []
    return own + policy + [TopicFilter("_collector/+/status")]
  }
}
