import FleetContract
import LinuxIO
import Outbox
import Testing

/// A week without a collector, on a clock that a test turns.
@Suite struct WeekOutageTests {
  /// Four scans a day of a busy LAN: each reports events and a list of thirty devices.
  private func scan(_ log: OutboxLog, at now: Moment, number: Int, high: inout [Int64]) {
    for event in 0..<events {
      let worth: Worth = event % 10 == 0 ? .high : event % 3 == 0 ? .medium : .low
      let sequence = log.outbox.add(worth, bytes: 480, at: now)
      if worth == .high { high.append(sequence) }
    }
    log.outbox.add(.state, topic: gatewayTopic + "/twin/devices", bytes: 18_000, at: now)
    log.outbox.addPosture(bytes: 500, at: now)
    log.outbox.trim(at: now)
  }

  /// More than fits: 28 scans bring 2.2 MB of events.
  private let events = 120

  @Test func staysInBoundsLosesNoHighFindingAndDrainsNewestStateFirst() throws {
    let folder = try Folder()
    var high: [Int64] = []
    let before = DiskWrites.total
    // The power fails every day, and the clock is set on no boot.
    for day in 0..<7 {
      let log = try OutboxLog(path: folder.file, sinceBoot: .zero)
      for scan in 1...4 {
        let now = log.moment(sinceBoot: .seconds(6 * 3600 * scan), wall: nil)
        self.scan(log, at: now, number: 4 * day + scan, high: &high)
        try log.save()
        #expect(log.outbox.size <= Outbox.byteLimit)
      }
    }
    let log = try OutboxLog(path: folder.file)
    let kept = Set(log.outbox.records.map(\.sequence))
    #expect(high.count == 28 * 12 && kept.isSuperset(of: high))
    #expect(try Files.read(folder.file, limit: 16 << 20).count < 3 * Outbox.byteLimit)
    #expect(DiskWrites.total - before < 20 << 20)
    // Every number is here or told as dropped: nothing is missing without a word.
    for number in 1..<log.outbox.nextSequence {
      #expect(kept.contains(number) != log.outbox.dropped.contains(number))
    }
    try drain(log)
  }

  private func drain(_ log: OutboxLog) throws {
    var sending = Sending()
    var order: [Int64] = []
    var now: Duration = .zero
    let kept = log.outbox.records
    while !log.outbox.records.isEmpty {
      let numbers = sending.next(
        from: log.outbox, now: now, isCollectorOnline: true, limit: 16, draw: { 0.5 })
      order += numbers
      // Acknowledged a tenth of a second later.
      now += .milliseconds(100)
      for number in numbers { log.outbox.acknowledge(AckBody(stored: 0, above: [range(number, number)])) }
      try log.save()
    }
    let states = kept.filter { $0.worth == .state }.map(\.sequence).sorted()
    #expect(states.count == 2 && Set(order.prefix(2)) == Set(states))
    #expect(Array(order.dropFirst(2)) == kept.filter { $0.worth != .state }.map(\.sequence))
    // Twenty a second, and not all at once.
    let seconds = Double(kept.count - 2 - 20) / 20
    #expect(now >= .seconds(seconds) && now < .seconds(seconds * 1.5 + 5))
  }
}
