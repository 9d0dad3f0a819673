import Addresses
import FleetContract
import Posture

/// Returns a value that a test knows to exist.
func known<Value>(_ value: Value?) -> Value {
  guard let value else { preconditionFailure("a sample is not valid") }
  return value
}

/// One gateway and its messages, for every test of the room.
enum Samples {
  static let gateway = known(GatewayID("gw-abcdefghij234567"))
  static let time = known(WallTime("2026-11-22T23:19:00Z"))

  static func envelope<Body: MessageBody>(_ body: Body, seq: Int64? = 412) -> Envelope<Body> {
    Envelope(
      gateway: gateway, seq: seq, bootID: "0b0c", uptimeMilliseconds: 93_211, time: time, clockSynced: true,
      body: body)
  }

  static let camera = Device(
    id: "dev-1", kind: .camera, profile: "example-camera", confidence: 0.75, lastSeen: time,
    services: [
      Service(port: .tcp(23), protocol: .telnet, exposure: [.lan, .wan], needed: .no),
      Service(port: .tcp(443), protocol: .http, tls: true, needed: .yes),
    ])

  static let finding = Finding(
    check: "telnet-open", severity: .high, device: "dev-1", service: .tcp(23),
    evidence: Evidence(protocol: .telnet), remedy: "close-telnet", since: time)

  static let posture = PostureSummary(
    of: [
      PostureReport(
        scan: ScanFacts(
          interface: "lan0", networks: [], started: time, durationMilliseconds: 1000, complete: true),
        devices: [camera], findings: [finding])
    ], agentVersion: "0.1.0")

  /// The address of the device stays at the gateway, and so do the numbers of its users.
  static let closing = ClosingEvent(
    ClosingChange(
      .rolledBack, number: 7, id: "cl-abcdefgh", plan: "plan-abcdefgh",
      target: ClosingTarget(.tcp(23), of: known(.init("2001:db8::1"))),
      initiator: "key:00112233445566ff,8899aabbccddeeff", reasons: ["from_internet", "hard_list"],
      checks: [ClosingCheck(.broker, .lost), ClosingCheck(.dns, .down)]), at: time)

  static let result = ResultBody(
    command: known(TopicName("c-1")), verb: .scan,
    CommandRefusal(.nonceRequired, "the clock is not set: sign it again with the nonce"),
    nonce: known(CommandNonce("00112233445566778899aabbccddeeff")))

  /// Every message with the name of its golden file and schema.
  static func messages() throws -> [(name: String, payload: [UInt8])] {
    [
      (
        "status",
        try envelope(
          StatusBody(online: true, birth: 17, cause: .power, agent: "0.1.0", since: time, queued: 3)
        ).payload()
      ),
      ("posture", try envelope(posture).payload()),
      ("devices", try envelope(DevicesBody(devices: [camera])).payload()),
      ("finding", try envelope(FindingEvent(.opened, finding)).payload()),
      (
        "device-event",
        try envelope(
          DeviceEvent(
            DeviceChange(
              .identityChanged, device: "dev-1", service: .tcp(80), before: .init(protocol: .http),
              after: .init(protocol: .telnet, vendor: "stays here")))
        ).payload()
      ),
      ("closing-event", try envelope(closing).payload()),
      (
        "dropped",
        try envelope(DroppedEvent([known(SequenceRange(3, 9))], counts: [.superseded: 5, .low: 2])).payload()
      ),
      (
        "ack", try envelope(AckBody(stored: 411, above: [known(SequenceRange(413, 420))]), seq: nil).payload()
      ),
      ("result", try envelope(result).payload()),
      (
        "collector-status",
        try CollectorStatus(collector: known(TopicName("c1")), online: true, birth: 4, time: time).payload()
      ),
    ]
  }
}
