package import FleetContract
package import MQTTClient
package import Posture

/// Writes what gateways are told after a commit, at one moment.
package struct Acknowledgement {
  private let bootID: String
  private let uptimeMilliseconds: Int64
  private let time: WallTime
  private let clockSynced: Bool

  package init(bootID: String, uptimeMilliseconds: Int64, time: WallTime, clockSynced: Bool) {
    self.bootID = bootID
    self.uptimeMilliseconds = uptimeMilliseconds
    self.time = time
    self.clockSynced = clockSynced
  }

  /// `nil` where it cannot be written.
  package func message(_ gateway: GatewayID, _ body: AckBody) -> MQTTMessage? {
    let topic = Topic.gateway(gateway, .ack)
    guard case .after(let expiry) = topic.delivery.expiry else { return nil }
    let envelope = Envelope(
      gateway: gateway, seq: nil, bootID: bootID, uptimeMilliseconds: uptimeMilliseconds, time: time,
      clockSynced: clockSynced, body: body)
    guard let payload = plain(envelope) ?? (try? envelope.payload()) else { return nil }
    return MQTTMessage(
      topic: topic.description, payload: payload, contentType: envelope.contentType, expiry: expiry)
  }

  /// The payload of most acknowledgements, without an encoder: nothing is stored above a gap.
  private func plain(_ envelope: Envelope<AckBody>) -> [UInt8]? {
    let isPlain = bootID.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 0x22 && $0 != 0x5c }
    guard envelope.body.above.isEmpty, isPlain else { return nil }
    let text = """
      {"body":{"above":[],"stored":\(envelope.body.stored)},"boot_id":"\(bootID)","clock_synced":\(clockSynced),\
      "gateway":"\(envelope.gateway.text)","kind":"\(envelope.kind)","time":"\(time)",\
      "uptime_ms":\(uptimeMilliseconds),"v":"\(envelope.version)"}
      """
    return Array(text.utf8)
  }
}
