import BrokerFixture
import FleetContract
import FleetStore
import Posture
import Testing

@Suite(.onBothEngines) struct CommandStoreTests {
  private let id = known(TopicName("c-1"))

  private func queued(_ seq: Int64 = 1, payload: [UInt8] = [1]) -> QueuedCommand {
    QueuedCommand(
      CommandDocument(
        id: id, command: .report, gateway: gateway, notBefore: noon,
        expires: WallTime(milliseconds: noon.milliseconds + 300_000), seq: seq), payload: payload)
  }

  private func result(_ state: CommandState, _ seq: Int64, reason: String? = nil, nonce: String? = nil)
    -> Arrival
  {
    let body = ResultBody(
      command: id, verb: .report, state: state, reason: reason, nonce: nonce.flatMap { CommandNonce($0) })
    return arrival(.result(body, text: "{}"), seq: seq)
  }

  @Test func `numbers rise, whatever the clock says, also beside the collector`() throws {
    let fixture = try Fixture()
    let beside = try FleetStore.openToCommand(fixture.store.path)
    let first = try beside.takeCommandNumbers(10, at: noon)
    #expect(first == noon.milliseconds)
    #expect(try fixture.store.takeCommandNumbers(1, at: noon) == first + 10)
    #expect(try beside.takeCommandNumbers(1, at: WallTime(milliseconds: 0)) == first + 11)
    let later = WallTime(milliseconds: noon.milliseconds + 60_000)
    #expect(try beside.takeCommandNumbers(1, at: later) == later.milliseconds)
  }

  @Test func `an end is an end, and a repetition no answer`() async throws {
    let fixture = try Fixture()
    try fixture.store.queue([queued()], at: noon)
    func state() throws -> CommandState? { try fixture.store.commands(id).first?.state }
    try await fixture.commit(result(.refused, 1, reason: "replayed"))
    #expect(try state() == nil)
    try await fixture.commit(result(.running, 3))
    try await fixture.commit(result(.accepted, 2))
    #expect(try state() == .running)
    try await fixture.commit(result(.refused, 4, reason: "stale-seq"))
    #expect(try state() == .running)
    try await fixture.commit(result(.done, 5), result(.failed, 6, reason: "interrupted"))
    #expect(try state() == .done)
  }

  @Test func `a group is those that enrolled for it and are not revoked`() async throws {
    let fixture = try Fixture()
    let group = known(TopicName("area"))
    func redeem(_ id: String, group: String?) throws -> Redemption.Outcome {
      try fixture.store.add(
        EnrolmentGrant(
          id: id, kind: .token, group: group, created: noon,
          expires: WallTime(milliseconds: noon.milliseconds + 1000), usesLeft: 1), secretHash: [1])
      return try fixture.store.redeem(
        Redemption(grant: id, kind: .token, secretHash: [1], gateway: gateway, now: noon))
    }
    func certify(_ serial: String) throws -> Bool {
      try fixture.store.addCertificate(
        serial: serial, of: gateway, notAfter: noon.milliseconds / 1000 + 60,
        AuditEntry(.renewed, at: noon, gateway: gateway))
    }
    #expect(try redeem("a", group: "area") == .accepted(group: "area"))
    // Who has never reported cannot hear a command.
    #expect(try fixture.store.gateways(inGroup: group) == [])
    try await fixture.commit(arrival(finding(.opened, "dev-1"), seq: 1))
    #expect(try fixture.store.gateways(inGroup: group) == [gateway])
    #expect(try certify("01"))
    #expect(try fixture.store.revoke(gateway, reason: nil, at: noon))
    #expect(try fixture.store.gateways(inGroup: group) == [] && fixture.store.gateways(inGroup: nil) == [])
    // A certificate that was under way when the word came is not kept, so nobody gets it.
    #expect(try !certify("02"))
    #expect(try fixture.store.revocations(at: noon.milliseconds / 1000).serials == ["01"])
    #expect(try fixture.store.unenforcedRevocations(atMost: 9) == [gateway])
    try fixture.store.noteEnforced(gateway, at: noon)
    #expect(try fixture.store.unenforcedRevocations(atMost: 9) == [])
    // Said again, it is done again.
    #expect(try fixture.store.revoke(gateway, reason: nil, at: noon))
    #expect(try fixture.store.unenforcedRevocations(atMost: 9) == [gateway])
  }

  @Test func `what was taken is not published again, unless it was signed anew`() async throws {
    let fixture = try Fixture()
    try fixture.store.queue([queued()], at: noon)
    func waiting(_ minutes: Int64 = 0) throws -> [[UInt8]] {
      let now = WallTime(milliseconds: noon.milliseconds + minutes * 60_000)
      return try fixture.store.unpublishedCommands(at: now, atMost: 10).map(\.payload)
    }
    #expect(try waiting() == [[1]] && waiting(5) == [])
    try fixture.store.notePublished(queued(), at: noon)
    #expect(try waiting() == [])
    // Nothing to replace before the gateway has asked.
    try fixture.store.replace(queued(payload: [2]))
    #expect(try waiting() == [])
    try await fixture.commit(
      result(.refused, 1, reason: "nonce-required", nonce: String(repeating: "0", count: 32)))
    #expect(try fixture.store.commands(id).first?.wantsNonce == true)
    try fixture.store.replace(queued(payload: [2]))
    #expect(try waiting() == [[2]])
    // What the broker says of the first is not said of the second.
    try fixture.store.notePublished(queued(), at: noon)
    #expect(try waiting() == [[2]])
    #expect(try fixture.store.gateways(inGroup: known(TopicName("area"))) == [])
    #expect(try fixture.store.gateways(inGroup: nil) == [gateway])
  }
}
