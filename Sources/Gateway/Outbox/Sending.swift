/// Decides which records are handed to the broker, and when: the newest state first, then events in their order,
/// metrics last, at a measured pace.
///
/// A record is under way until the collector has acknowledged it, and is sent again when that takes too long.
/// Where no collector is on line only states are sent, which the broker keeps; the rest would be lost with the
/// broker, and stays.
package struct Sending: Hashable, Sendable {
  /// How fast an outbox is emptied.
  package struct Pace: Hashable, Sendable {
    /// Events a second: after an outage of a whole town nobody floods the collector.
    package var perSecond: Double
    /// Events that may go at once.
    package var burst: Double
    /// Records under way at once.
    package var window: Int
    /// How long a first answer may take; each further wait is twice as long, up to `longestWait`.
    package var patience: Duration
    package var longestWait: Duration

    package init(
      perSecond: Double = 20, burst: Double = 20, window: Int = 64, patience: Duration = .seconds(30),
      longestWait: Duration = .seconds(600)
    ) {
      self.perSecond = perSecond
      self.burst = burst
      self.window = window
      self.patience = patience
      self.longestWait = longestWait
    }
  }

  private struct Flight: Hashable {
    var again: Duration
    var wait: Duration
    /// Sent before, and now wanted again.
    var isDue = false
  }

  private let pace: Pace
  private var flights: [Int64: Flight] = [:]
  private var tokens: Double
  private var countedAt: Duration = .zero
  /// Until then only what cannot wait goes.
  private var quietUntil: Duration = .zero
  /// When to ask again; `nil` where nothing waits for time alone.
  package private(set) var wakeAt: Duration?

  package init(_ pace: Pace = Pace()) {
    self.pace = pace
    tokens = pace.burst
  }

  /// How many records were handed over and not acknowledged.
  package var underWay: Int { flights.count }

  /// A session began, or a collector came on line: whatever was sent before may be lost.
  package mutating func restart() {
    for number in flights.keys { flights[number]?.isDue = true }
  }

  /// Many gateways came back together: until then only findings that matter and answers to commands go.
  package mutating func hush(until time: Duration) { quietUntil = time }

  /// Returns the numbers of the records to hand over now, at most `limit`, and notes them as under way.
  ///
  /// `draw` gives numbers from 0 to 1 that nobody can guess: many gateways do not repeat themselves together.
  package mutating func next(
    from outbox: Outbox, now: Duration, isCollectorOnline: Bool, limit: Int, draw: () -> Double
  ) -> [Int64] {
    let sendable = outbox.records.filter { outbox.isSaved($0) }
    let kept = Set(sendable.map(\.sequence))
    flights = flights.filter { kept.contains($0.key) }
    tokens = min(pace.burst, tokens + (now - countedAt).inSeconds * pace.perSecond)
    countedAt = now
    wakeAt = nil
    var numbers: [Int64] = []
    for record in Self.order(sendable) where isCollectorOnline || record.worth == .state {
      guard now >= quietUntil || record.worth == .high else {
        wake(at: quietUntil)
        continue
      }
      let flight = flights[record.sequence]
      if let flight, !flight.isDue, !isCollectorOnline || flight.again > now {
        if isCollectorOnline { wake(at: flight.again) }
        continue
      }
      guard flight != nil || flights.count < pace.window else { continue }
      guard numbers.count < limit else { break }
      if record.worth != .state {
        guard tokens >= 1 else {
          wake(at: now + .seconds((1 - tokens) / pace.perSecond))
          break
        }
        tokens -= 1
      }
      let wait = flight.map { $0.isDue ? pace.patience : min($0.wait * 2, pace.longestWait) } ?? pace.patience
      let again = now + wait * (0.5 + draw())
      flights[record.sequence] = Flight(again: again, wait: wait)
      if isCollectorOnline { wake(at: again) }
      numbers.append(record.sequence)
    }
    return numbers
  }

  private mutating func wake(at time: Duration) { wakeAt = min(wakeAt ?? time, time) }

  /// The posture, the other states, events and accounts in their order, metrics.
  private static func order(_ records: [Outbox.Record]) -> [Outbox.Record] {
    let states = records.filter { $0.worth == .state }
    return states.filter(\.isPosture) + states.filter { !$0.isPosture }
      + records.filter { $0.worth != .state && $0.worth != .metrics }
      + records.filter { $0.worth == .metrics }
  }
}

extension Duration {
  fileprivate var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
