import FleetContract
import Outbox
import Testing

/// What is kept, and what goes first.
@Suite struct OutboxTests {
  private func filled(_ count: Int, _ worth: Worth = .medium, bytes: Int = 10) -> Outbox {
    var outbox = Outbox()
    for _ in 0..<count { outbox.add(worth, bytes: bytes) }
    return outbox
  }

  private var many: Int { Outbox.byteLimit / 10_000 }

  @Test func aMessageThatCannotBeMadeTakesNoNumber() {
    var outbox = filled(1)
    let taken = outbox.append(topic: eventTopic, worth: .low, at: moment()) { _ in nil }
    #expect(!taken && outbox.records.count == 1 && outbox.nextSequence == 2)
  }

  @Test func whatIsWorthLeastGoesFirst() {
    var outbox = Outbox()
    let each = many / 2
    for _ in 0..<each {
      for worth in [Worth.high, .low, .metrics, .medium] { outbox.add(worth, bytes: 10_000) }
    }
    outbox.addPosture()
    let went = outbox.trim(at: moment())
    let left = Dictionary(grouping: outbox.records, by: \.worth).mapValues(\.count)
    #expect(left[.metrics] == nil && left[.low] == nil)
    #expect(left[.high] == each && left[.state] == 1 && (left[.medium] ?? 0) > each / 2)
    #expect(outbox.size <= Outbox.byteLimit && outbox.size > Outbox.byteLimit - 11_000)
    #expect(went[.metrics] == Int64(each) && went[.low] == Int64(each) && went[.high] == nil)
    #expect(went.values.reduce(0, +) == Int64(4 * each + 1 - outbox.records.count))
  }

  /// The oldest of one worth goes first.
  @Test func whatIsOldGoesBeforeWhatIsNew() {
    var outbox = filled(2 * many, bytes: 10_000)
    outbox.trim(at: moment())
    #expect(outbox.has(Int64(2 * many)) && !outbox.has(1))
    #expect(outbox.records.map(\.sequence) == outbox.records.map(\.sequence).sorted())
  }

  @Test func anOpenHighFindingStaysUntilAPostureCountsIt() {
    var outbox = filled(2 * many, .high, bytes: 10_000)
    let went = outbox.trim(at: moment())
    #expect(went.isEmpty && outbox.records.count == 2 * many)
    let posture = outbox.addPosture()
    outbox.trim(at: moment())
    #expect(outbox.has(posture) && !outbox.has(1) && outbox.size <= Outbox.byteLimit)
    let later = outbox.add(.high, bytes: 10_000)
    for _ in 0..<many { outbox.add(.low, bytes: 10_000) }
    outbox.trim(at: moment())
    #expect(outbox.has(later))
  }

  /// A stored posture counts as a kept one does.
  @Test func aStoredPostureLetsFindingsGo() {
    var outbox = filled(2 * many, .high, bytes: 10_000)
    let posture = outbox.addPosture()
    var saved = outbox
    saved.markSaved()
    saved.acknowledge(AckBody(stored: 0, above: [range(posture, posture)]))
    #expect(!saved.has(posture))
    saved.trim(at: moment())
    #expect(saved.size <= Outbox.byteLimit)
  }

  @Test func anEventIsForgottenAfterAWeekAndAHighFindingIsNot() {
    var outbox = Outbox()
    let low = outbox.add(.low), high = outbox.add(.high)
    outbox.addPosture()
    outbox.trim(at: moment(.seconds(7 * 86_400)))
    #expect(outbox.has(low))
    outbox.trim(at: moment(.seconds(7 * 86_400 + 1)))
    #expect(!outbox.has(low) && outbox.has(high) && outbox.records.count == 2)
  }

  /// With a clock that begins in 1970 at every boot only the time that was lived counts; a clock that was right both
  /// times tells of the time without power, too.
  @Test func ageIsByTheBootClockWhereNobodyHasSetTheOther() {
    var outbox = Outbox()
    let unset = outbox.add(at: moment(.seconds(100)))
    let set = outbox.add(at: moment(.seconds(100), wall: .seconds(1_000_000)))
    outbox.trim(at: moment(.seconds(200), wall: .seconds(3_000_000)))
    #expect(outbox.has(unset) && !outbox.has(set))
    outbox.trim(at: moment(.seconds(86_400 * 8)))
    #expect(!outbox.has(unset))
  }

  /// Sent again after the newer one, an old state would overwrite it at the broker.
  @Test func aStateReplacesTheOneBefore() {
    var outbox = filled(1)
    for _ in 0..<3 { outbox.addPosture() }
    outbox.add(.state, topic: gatewayTopic + "/twin/devices")
    #expect(outbox.records.map(\.sequence) == [1, 4, 5])
    let told = outbox.takeDropped()
    #expect(told == DroppedEvent([range(2, 3)], counts: [.superseded: 2]) && told?.lost == 0)
    let nothing = outbox.takeDropped()
    #expect(nothing == nil)
  }

  /// What tells of drops is not dropped itself.
  @Test func dropsAreToldHoweverFullItIs() {
    var outbox = filled(many, bytes: 10_000)
    let number = outbox.add(.account, topic: gatewayTopic + "/evt/dropped")
    for _ in 0..<(2 * many) { outbox.add(.high, bytes: 10_000) }
    outbox.addPosture()
    outbox.trim(at: moment())
    #expect(outbox.has(number) && outbox.size <= Outbox.byteLimit)
  }

  /// Only what is on disk was ever sent, so only that can have been stored.
  @Test func acknowledgedRecordsGo() {
    var outbox = filled(5)
    outbox.acknowledge(AckBody(stored: 2))
    #expect(outbox.records.count == 5)
    outbox.markSaved()
    let went = outbox.acknowledge(AckBody(stored: 2, above: [range(4, 4)]))
    #expect(went && outbox.records.map(\.sequence) == [3, 5])
    let noneWent = !outbox.acknowledge(AckBody(stored: 2))
    #expect(noneWent)
    let next = outbox.add()
    #expect(next == 6)
  }

  /// An outbox that was lost with its disk gives no number again that the collector knows.
  @Test func anAcknowledgementMovesTheNumbersOn() {
    var outbox = Outbox()
    outbox.acknowledge(AckBody(stored: 41))
    let next = outbox.add()
    #expect(next == 42)
  }
}
