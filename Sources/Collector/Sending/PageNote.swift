package import FleetContract
package import MQTTClient
package import Posture

/// A notice as the household's gateway gets it: a number and what it is about by name, never a text.
package enum PageNote {
  /// For how long the page shows it, and the broker keeps it for a gateway that is away.
  package static let lifetime: Duration = .seconds(30 * 86_400)

  /// At which moment, and on which boot, a message is made.
  package struct Origin: Hashable, Sendable {
    package var time: WallTime
    package var isClockSet: Bool
    package var bootID: String
    package var uptimeMilliseconds: Int64

    package init(time: WallTime, isClockSet: Bool, bootID: String, uptimeMilliseconds: Int64) {
      self.time = time
      self.isClockSet = isClockSet
      self.bootID = bootID
      self.uptimeMilliseconds = uptimeMilliseconds
    }
  }

  /// The message; `nil` where gateways would not take it.
  package static func message(_ notice: OutgoingNotice, made origin: Origin) -> MQTTMessage? {
    guard let proof = notice.proof, let id = TopicName(proof.note), let gateway = GatewayID(notice.gateway)
    else { return nil }
    let topic = Topic.gateway(gateway, .note(id))
    let expires = WallTime(
      milliseconds: origin.time.milliseconds + lifetime.components.seconds * 1000)
    let body = NoteBody(
      notice: NoteBody.Notice(
        state: proof.isSafe ? .safe : .open, findings: [notice.finding], code: proof.code),
      expires: expires.wholeSeconds)
    let envelope = Envelope(
      gateway: gateway, seq: nil, bootID: origin.bootID, uptimeMilliseconds: origin.uptimeMilliseconds,
      time: origin.time, clockSynced: origin.isClockSet, body: body)
    // Read as a gateway reads it: what none would take is not sent to any.
    guard case .after(let expiry) = topic.delivery.expiry, let payload = try? envelope.payload(),
      (try? Envelope<NoteBody>(payload: payload, from: gateway)) != nil
    else { return nil }
    return MQTTMessage(
      topic: topic.description, payload: payload, contentType: envelope.contentType, expiry: expiry)
  }
}
