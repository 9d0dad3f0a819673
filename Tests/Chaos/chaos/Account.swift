import BrokerFixture
import FleetContract
import Foundation
import GRDB

/// What became of every finding and every number, by the collector's file alone.
struct Account {
  let last: Int64
  var faults: [String] = []
  private(set) var stored = 0
  private(set) var states: Int64 = 0
  private(set) var dropped: Int64 = 0
  private(set) var tellings = 0
  /// Numbers that may have been in the torn ends of outboxes.
  private(set) var damaged: Int64 = 0

  /// Reads the store as it lies on the disk, not through the collector's own reading.
  init(store: String, gateway: String, findings: Int, last: Int64) throws {
    self.last = last
    var configuration = Configuration()
    configuration.readonly = true
    try DatabaseQueue(path: store, configuration: configuration).read { db in
      try judge(db, try Self.known(gateway), findings)
    }
  }

  private static func known(_ gateway: String) throws -> GatewayID {
    guard let id = GatewayID(gateway) else { throw FixtureError("'\(gateway)' is no gateway") }
    return id
  }

  private mutating func judge(_ db: Database, _ gateway: GatewayID, _ findings: Int) throws {
    var numbers: [Int: [Int64]] = [:]
    var events = SequenceSet()
    for row in try Row.fetchAll(db, sql: "SELECT seq, kind, message FROM event ORDER BY seq") {
      let (seq, kind, text): (Int64, String, String) = (row["seq"], row["kind"], row["message"])
      events.insert(seq...seq)
      let payload = Array(text.utf8)
      switch kind {
      case "dropped": tellings += 1
      case "finding":
        guard let number = ChaosAgent.number(of: payload, from: gateway),
          (try? Envelope<FindingEvent>(payload: payload, from: gateway))?.seq == seq
        else {
          faults.append("record \(seq) is no finding of ours: \(text)")
          continue
        }
        numbers[number, default: []].append(seq)
      default: faults.append("record \(seq) is of a kind that nobody sent: \(kind)")
      }
    }
    judge(numbers, findings)
    let open = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM finding WHERE is_open") ?? 0
    if open != findings { faults.append("\(open) findings are open instead of \(findings)") }
    let aside = try Int.fetchOne(db, sql: "SELECT COALESCE(SUM(count), 0) FROM set_aside_count") ?? 0
    if aside > 0 { faults.append("\(aside) messages were set aside as unreadable") }
    try judgeNumbers(db, events)
  }

  private mutating func judge(_ numbers: [Int: [Int64]], _ findings: Int) {
    for finding in 1...max(1, findings) where findings > 0 {
      switch numbers[finding]?.count ?? 0 {
      case 0: faults.append("finding \(finding) is not stored")
      case 1: stored += 1
      default: faults.append("finding \(finding) is stored as records \(numbers[finding] ?? [])")
      }
    }
    for strange in numbers.keys.filter({ !(1...max(1, findings)).contains($0) }) {
      faults.append("finding \(strange) was never made")
    }
  }

  /// Every number that was given is an event, a posture, told as dropped, or the list of devices that follows its
  /// posture; the collector calls all of them stored, and misses none.
  private mutating func judgeNumbers(_ db: Database, _ events: SequenceSet) throws {
    let whole = try Self.ranges(db, "SELECT first, last FROM stored ORDER BY first")
    if whole.ranges != [1...last] {
      faults.append("the collector has \(whole.ranges) of the numbers 1 to \(last)")
    }
    let postures = try Self.ranges(db, "SELECT seq AS first, seq AS last FROM posture ORDER BY seq")
    let gone = try Self.ranges(db, "SELECT first, last FROM dropped ORDER BY first")
    dropped = gone.count
    for number in 1...last {
      let (isEvent, isPosture, isGone) =
        (events.contains(number), postures.contains(number), gone.contains(number))
      if isPosture { states += 1 }
      switch (isEvent ? 1 : 0) + (isPosture ? 1 : 0) + (isGone ? 1 : 0) {
      case 1: break
      case 0:
        states += 1
        if !postures.contains(number - 1), !gone.contains(number - 1) {
          faults.append("nobody knows what number \(number) was")
        }
      default: faults.append("number \(number) is stored and told as dropped, or stored twice")
      }
    }
    // A torn end may have held a number that was never sent; anything else was dropped for want of room.
    for row in try Row.fetchAll(db, sql: "SELECT cause, count FROM dropped_count") {
      let (cause, count): (String, Int64) = (row["cause"], row["count"])
      switch cause {
      case "superseded": break
      case "damaged": damaged = count
      default: faults.append("\(count) records were dropped as \(cause)")
      }
    }
  }

  private static func ranges(_ db: Database, _ sql: String) throws -> SequenceSet {
    var set = SequenceSet()
    for row in try Row.fetchAll(db, sql: sql) {
      set.insert((row["first"] as Int64)...(row["last"] as Int64))
    }
    return set
  }
}
