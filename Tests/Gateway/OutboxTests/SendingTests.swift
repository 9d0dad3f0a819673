import FleetContract
import Outbox
import Testing

/// What is handed over, and when.
@Suite struct SendingTests {
  private let devices = gatewayTopic + "/twin/devices"

  private func numbers(
    _ sending: inout Sending, _ outbox: Outbox, at now: Duration, online: Bool = true, limit: Int = .max
  ) -> [Int64] {
    sending.next(from: outbox, now: now, isCollectorOnline: online, limit: limit, draw: { 0.5 })
  }

  private func outbox() -> Outbox {
    var outbox = Outbox()
    outbox.add(.metrics, topic: gatewayTopic + "/met/a")
    for worth in [Worth.low, .high, .account] { outbox.add(worth) }
    outbox.add(.state, topic: devices)
    outbox.addPosture()
    outbox.markSaved()
    return outbox
  }

  @Test func theNewestStateGoesFirstThenEventsInOrderThenMetrics() {
    var sending = Sending()
    #expect(numbers(&sending, outbox(), at: .zero) == [6, 5, 2, 3, 4, 1])
    #expect(numbers(&sending, outbox(), at: .zero).isEmpty)
  }

  /// Many came back together: what cannot wait goes at once, all else when it is our time.
  @Test func whileItIsQuietOnlyWhatMattersGoes() {
    var sending = Sending()
    sending.hush(until: .seconds(300))
    #expect(numbers(&sending, outbox(), at: .zero) == [3])
    #expect(sending.wakeAt ?? .zero <= .seconds(300))
    #expect(numbers(&sending, outbox(), at: .seconds(20)).isEmpty)
    #expect(numbers(&sending, outbox(), at: .seconds(20), online: false).isEmpty)
    #expect(sending.wakeAt == .seconds(300))
    // The one that went was not acknowledged, so it goes once more.
    #expect(Set(numbers(&sending, outbox(), at: .seconds(300))) == [1, 2, 3, 4, 5, 6])
  }

  @Test func whatIsNotOnDiskIsNotSent() {
    var sending = Sending()
    var outbox = outbox()
    outbox.add()
    #expect(!numbers(&sending, outbox, at: .zero).contains(7))
  }

  /// The broker keeps states; whatever else it took would be lost with it.
  @Test func withoutACollectorOnlyStatesGo() {
    var sending = Sending()
    #expect(numbers(&sending, outbox(), at: .zero, online: false) == [6, 5])
    #expect(sending.wakeAt == nil)
    #expect(numbers(&sending, outbox(), at: .seconds(9999), online: false).isEmpty)
    #expect(Set(numbers(&sending, outbox(), at: .seconds(9999))) == [1, 2, 3, 4, 5, 6])
  }

  @Test func eventsKeepThePaceAndStatesDoNotWait() {
    var outbox = Outbox()
    for _ in 0..<100 { outbox.add() }
    outbox.addPosture()
    outbox.markSaved()
    var sending = Sending(Sending.Pace(perSecond: 10, burst: 5, window: 1000))
    #expect(numbers(&sending, outbox, at: .zero) == [101, 1, 2, 3, 4, 5])
    #expect(numbers(&sending, outbox, at: .milliseconds(50)).isEmpty)
    #expect(sending.wakeAt == .milliseconds(100))
    #expect(numbers(&sending, outbox, at: .milliseconds(100)) == [6])
    #expect(numbers(&sending, outbox, at: .milliseconds(600)) == [7, 8, 9, 10, 11])
  }

  @Test func onlySoManyAreUnderWayAtOnce() {
    var outbox = Outbox()
    for _ in 0..<10 { outbox.add() }
    outbox.markSaved()
    var sending = Sending(Sending.Pace(window: 4))
    #expect(numbers(&sending, outbox, at: .zero) == [1, 2, 3, 4])
    outbox.acknowledge(AckBody(stored: 1, above: [range(3, 3)]))
    #expect(numbers(&sending, outbox, at: .zero, limit: 1) == [5])
    #expect(numbers(&sending, outbox, at: .zero) == [6])
    #expect(sending.underWay == 4)
  }

  @Test func whatNobodyAcknowledgesIsSentAgainEverMoreRarely() {
    var outbox = Outbox()
    outbox.add()
    outbox.markSaved()
    var sending = Sending()
    var times: [Duration] = []
    for second in 0..<4000 where !numbers(&sending, outbox, at: .seconds(second)).isEmpty {
      times.append(.seconds(second))
    }
    let waits = zip(times, times.dropFirst()).map { $1 - $0 }
    let expected: [Duration] = [30, 60, 120, 240, 480, 600].map { .seconds($0) }
    #expect(Array(waits.prefix(6)) == expected)
    // A session that begins anew asks for no patience.
    sending.restart()
    #expect(numbers(&sending, outbox, at: .seconds(4001)) == [1])
  }

  @Test func theWaitsAreSpread() {
    var outbox = Outbox()
    outbox.add()
    outbox.markSaved()
    let wakes = (0..<50).map { draw in
      var sending = Sending()
      _ = sending.next(
        from: outbox, now: .zero, isCollectorOnline: true, limit: 1, draw: { Double(draw) / 50 })
      return sending.wakeAt
    }
    #expect(Set(wakes).count == 50)
    #expect(wakes.allSatisfy { ($0 ?? .zero) >= .seconds(15) && ($0 ?? .zero) <= .seconds(45) })
  }
}
