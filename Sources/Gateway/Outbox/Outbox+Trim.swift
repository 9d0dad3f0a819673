package import FleetContract

extension Outbox {
  /// The most that is kept, in bytes, over all records.
  package static let byteLimit = 1_048_576
  /// An event older than this tells nobody anything; the contract lets the broker forget it then, too.
  package static let ageLimit: Duration = .seconds(7 * 86_400)
  /// Beyond this nothing is taken, whatever it is worth: findings of one scan that no posture counts yet.
  static let hardLimit = 4 * byteLimit

  /// Drops what is too old, and then what is worth least, until the rest fits.
  ///
  /// Of one worth the oldest goes first. An open finding of high severity goes only when a posture that counts it
  /// is kept or stored, and never for its age: it is as true on the eighth day as on the first. The newest state of
  /// every topic stays; only where a list of devices is too long for the outbox does its end give way.
  ///
  /// - Returns: how many records went, by cause.
  @discardableResult
  package mutating func trim(at now: Moment) -> [DroppedEvent.Cause: Int64] {
    var victims: [Int64: DroppedEvent.Cause] = [:]
    var left = size
    for record in records where record.worth < .high && now.age(of: record.made) > Self.ageLimit {
      victims[record.sequence] = record.worth.cause
      left -= record.size
    }
    if left > Self.byteLimit {
      let order = records.filter { victims[$0.sequence] == nil && mayGo($0) }.sorted {
        ($0.worth, $0.sequence) < ($1.worth, $1.sequence)
      }
      for record in order where left > Self.byteLimit {
        // A part of the present state that is not sent is a loss.
        victims[record.sequence] = record.worth == .state ? .high : record.worth.cause
        left -= record.size
      }
    }
    guard !victims.isEmpty else { return [:] }
    for record in records { if let cause = victims[record.sequence] { drop(record, cause) } }
    records.removeAll { victims[$0.sequence] != nil }
    return Dictionary(grouping: victims.values, by: \.self).mapValues { Int64($0.count) }
  }

  private func mayGo(_ record: Record) -> Bool {
    switch record.worth {
    case .metrics, .low, .medium: true
    case .high: record.sequence < postureSequence
    case .state: !record.isPosture
    case .account: false
    }
  }
}
