import Addresses
import BrokerFixture
import Casework
import FleetContract
import FleetStore
import Posture
import Sightings
import Testing

/// What goes to the household's own page.
@Suite(.onBothEngines) struct NoteStoreTests {
  private static let telnet = Finding(
    check: "telnet-open", severity: .high, device: "dev-a", service: .tcp(23),
    evidence: Evidence(protocol: .telnet), remedy: "close-telnet")
  private static let mail = Contact(
    gateway: gateway, channel: .email, recipient: "hanako@subscriber.example", language: "en")

  private func event(_ change: FindingEvent.Change, seq: Int64, _ seconds: Int64) -> Arrival {
    var event = arrival(.finding(FindingEvent(change, Self.telnet), text: "{}"), seq: seq)
    event.received = at(seconds)
    return event
  }

  private func record(_ store: FleetStore) throws -> FindingRecord {
    var found: [FindingRecord] = []
    try store.findings { found.append($0) }
    return known(found.first)
  }

  @Test func `all who share a store have one key`() throws {
    let directory = try TemporaryDirectory()
    let place = try Places.new(in: directory)
    let (one, two) = (try FleetStore.open(place), try FleetStore.open(place))
    #expect(try one.noticeKey(orElse: [1, 2, 3]) == [1, 2, 3])
    #expect(try two.noticeKey(orElse: [4, 5, 6]) == [1, 2, 3])
  }

  @Test func `what another machine hands over just now is not taken for lost, and nobody takes it again`()
    async throws
  {
    let fixture = try Fixture()
    let store = fixture.store
    try await fixture.commit(event(.opened, seq: 1, 10))
    _ = try store.queue(
      "s", ["l"], about: record(store), urgent: false, to: Self.mail, due: at(20), now: at(20))
    let taken = try #require(try store.takeNotice(by: .email, now: at(21)))
    #expect(try store.takeNotice(by: .email, now: at(22)) == nil)
    // Only a file is one machine's, which has a lock for it.
    #expect(try store.abandoned(now: at(80)).isEmpty == store.isShared)
    #expect(try store.abandoned(now: at(321)).map(\.number) == [taken.number])
    #expect(try store.abandoned(now: at(-1_000_000)).map(\.number) == [taken.number], "its clock was ahead")
    try store.settle(taken, .sent, reason: nil, now: at(81))
    #expect(try store.abandoned(now: at(1000)).isEmpty)
  }

  @Test func `a mail that came back told nobody, whatever had become of its notice meanwhile`() async throws {
    let fixture = try Fixture()
    let store = fixture.store
    try await fixture.commit(event(.opened, seq: 1, 10))
    _ = try store.queue(
      "s", ["l"], about: record(store), urgent: false, to: Self.mail, due: at(20), now: at(20))
    func settle(_ record: OutboxRecord, _ state: OutboxRecord.State, _ time: Int64, isReport: Bool = false)
      throws
    {
      try store.settle(record, state, due: at(time), reason: nil, now: at(time), isReport: isReport)
    }
    let first = try #require(try store.takeNotice(by: .email, now: at(21)))
    try settle(first, .unknown, 22)
    #expect(try record(store).life?.present.notified == at(22))
    // It is asked for again, and before that happens the first attempt comes back.
    try settle(known(store.notice(first.number)), .queued, 23)
    try settle(known(store.notice(first.number)), .failed, 24, isReport: true)
    #expect(try record(store).life?.present.notified == nil && record(store).life?.stage == .detected)
    try settle(known(store.notice(first.number)), .failed, 25, isReport: true)
    #expect(try record(store).steps.map(\.kind) == [.opened, .notified, .returned])
    // The report may be faster than who hands it over.
    try settle(known(store.notice(first.number)), .queued, 26)
    let second = try #require(try store.takeNotice(by: .email, now: at(27)))
    try settle(known(store.notice(first.number)), .failed, 28, isReport: true)
    try settle(second, .sent, 29)
    #expect(try store.notice(first.number)?.state == .failed)
    #expect(try record(store).life?.present.notified == nil)
    #expect(try store.check().isSound)
  }

  @Test func `each notice has one note beside it, which tells nobody, and one word when it is over`()
    async throws
  {
    let fixture = try Fixture()
    let store = fixture.store
    let address = SessionChange(gateway: gateway, address: sighting(23, 0).address, time: at(0))
    try store.note([address])
    try await fixture.commit(event(.opened, seq: 1, 10))
    _ = try store.add([sighting(23, 15)], at: at(20))
    for channel in [NoticeChannel.email, .letter] {
      var contact = Self.mail
      contact.channel = channel
      let isNew = try store.queue(
        "s", ["l"], about: record(store), urgent: false, to: contact, due: at(20), now: at(20))
      #expect(isNew)
    }
    #expect(try store.accompany(now: at(21)) == 1)
    #expect(try store.accompany(now: at(22)) == 0)
    #expect(try !store.queueNote(about: record(store), urgent: false, now: at(22)))

    let mail = try #require(try store.takeNotice(by: .email, now: at(23)))
    let note = try #require(try store.takeNotice(by: .page, now: at(23)))
    #expect(note.lines.isEmpty && note.subject.isEmpty && note.detected == mail.detected)
    #expect(try !store.isOnPage(mail), "the broker has not taken it yet")
    try store.settle(note, .sent, reason: nil, now: at(24))
    #expect(try store.isOnPage(mail))
    #expect(try record(store).life?.present.notified == nil)
    #expect(try store.outgoingTimes(of: gateway).count == 2, "the page does not keep a mail waiting")

    // Closed inside is not enough while it was open when somebody outside looked last.
    try await fixture.commit(event(.closed, seq: 2, 40))
    #expect(try store.accompany(now: at(41)) == 0)
    #expect(try !record(store).isOpen && !record(store).isOver(at: at(41)))
    var web = sighting(23, 50, .closed)
    web.protocol = .telnet
    _ = try store.add([web], at: at(60))
    #expect(try record(store).life?.stage == .closed && record(store).isOver(at: at(60)))
    #expect(try store.accompany(now: at(61)) == 1)
    let safe = try #require(try store.takeNotice(by: .pageSafe, now: at(61)))
    #expect(safe.finding == note.finding && safe.detected == note.detected)
    try store.settle(safe, .sent, reason: nil, now: at(62))
    #expect(try store.accompany(now: at(63)) == 0)

    // Back again, it is another notice; of a page that was told nothing of it, nothing is said when it is over.
    try await fixture.commit(event(.opened, seq: 3, 70))
    #expect(try store.accompany(now: at(71)) == 0)
    #expect(try store.queueNote(about: record(store), urgent: false, now: at(71)))
    #expect(try !store.isOnPage(known(try store.takeNotice(by: .page, now: at(72)))))
  }
}
