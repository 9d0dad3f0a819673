import BrokerFixture
import FleetContract
import Foundation
import MQTTClient
import Posture
import SiteFixture
import Testing

/// A gateway whose clock is not set, played by the contract's own judge.
@Suite(.serialized) struct NonceTests {
  private let gateway = GatewayID(hash: [UInt8](repeating: 9, count: 10))

  private func message<Body: MessageBody>(
    _ body: Body, seq: Int64?, on channel: Channel, of gateway: GatewayID
  ) throws -> MQTTMessage {
    let envelope = Envelope(
      gateway: gateway, seq: seq, bootID: "b", uptimeMilliseconds: 1000, time: WallTime(milliseconds: 0),
      clockSynced: false, body: body)
    return MQTTMessage(
      topic: Topic.gateway(gateway, channel).description, payload: try envelope.payload(),
      retain: channel.delivery.retained)
  }

  @Test(.timeLimit(.minutes(2))) func `what it asks for is signed, and then it obeys`() throws {
    let directory = try TemporaryDirectory()
    let gateway = try #require(gateway)
    let program = Site.program("kadomori-collector")
    let keyFile = directory.path + "/key.pem"
    #expect(
      try ChildProgram(
        program, ["command-key", "create", "--out", keyFile], output: directory.path + "/public"
      ).wait() == 0)
    let keys = try OperatorKey.list(Array("[\(directory.read("public"))]".utf8))
    let port = try freePort()
    let state = directory.path + "/state"
    let collector = try ChildProgram(program, ["run", "--state", state, "--listen", "127.0.0.1:\(port)"])
    defer { collector.kill(SIGTERM) }
    try waitForListener(on: port)
    let pump = try Pump.connected("gateway", to: port)
    try pump.subscribe("\(Topic.root)/\(gateway)/cmd/+/+")
    try pump.publish(
      try message(
        StatusBody(online: true, birth: 1, cause: .power, agent: "0"), seq: nil, on: .status, of: gateway))
    while try ChildProgram(program, ["gateway", gateway.text, "--state", state]).wait() != 0 {
      usleep(50_000)
    }

    let operatorProgram = try ChildProgram(
      program,
      ["command", "report", "--gateway", gateway.text, "--key", keyFile, "--wait", "--state", state],
      output: directory.path + "/output")
    let judge = CommandJudge(gateway: gateway, keys: keys, policy: CommandPolicy())
    let clock = CommandClock(wall: WallTime(milliseconds: 0), isSynchronised: false, sinceBoot: .seconds(60))
    var nonces = NonceBook()
    let nonce = try #require(CommandNonce(random: [UInt8](repeating: 5, count: 16)))
    var id: TopicName?
    for seq in 1...2 as ClosedRange<Int64> {
      guard
        case .message(let received) = try pump.wait(for: { if case .message = $0 { true } else { false } }),
        case .gateway(_, .command(let verb, let name)) = Topic(received.topic)
      else { throw FixtureError("no command") }
      #expect(received.retained == false && received.expiry != nil)
      id = name
      do throws(CommandRefusal) {
        let accepted = try judge.judge(
          received.payload, on: verb, name, memory: CommandMemory(), nonces: nonces, clock: clock)
        #expect(seq == 2 && accepted.document.nonce == nonce)
      } catch {
        #expect(seq == 1 && error.code == .nonceRequired)
        let given = nonces.nonce(for: name, now: clock.sinceBoot, fresh: nonce)
        let answer = try message(
          ResultBody(command: name, verb: verb, error, nonce: given), seq: seq, on: .result(name), of: gateway
        )
        try pump.publish(answer)
      }
    }
    let command = try #require(id)
    try pump.publish(
      try message(
        ResultBody(command: command, verb: .report, state: .done), seq: 2, on: .result(command), of: gateway))
    #expect(operatorProgram.wait() == 0)
    #expect(directory.read("output").contains("done"))
  }
}
