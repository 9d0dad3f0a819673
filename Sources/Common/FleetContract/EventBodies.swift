package import Posture

/// A finding that opened or closed: `…/evt/finding`.
package struct FindingEvent: MessageBody, Hashable {
  package static var kind: String? { "finding" }

  package enum Change: String, Hashable, Sendable, Codable, CaseIterable {
    case opened, closed
  }

  package var event: Change
  package var finding: Finding

  package init(_ event: Change, _ finding: Finding) {
    self.event = event
    self.finding = finding
  }
}

/// Records that were dropped on purpose, so that nobody waits for them: `…/evt/dropped`.
package struct DroppedEvent: MessageBody, Hashable {
  package static var kind: String? { "dropped" }

  /// Why a record is not sent.
  ///
  /// A word this side does not know is passed over, so that adding one breaks nobody.
  package enum Cause: String, Hashable, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    /// A state that a newer one has replaced: nothing is lost with it.
    case superseded
    case metrics
    /// Events by what they are worth: a finding that was closed or is of low severity, and so on.
    case low, medium, high
    /// The bytes on disk were damaged; a number among these may never have been given.
    case damaged
  }

  /// At most `AckBody.maximumRanges`.
  package var ranges: [SequenceRange]
  /// How many records were dropped since the last such message, by cause.
  package var counts: [Cause: Int64]

  package init(_ ranges: [SequenceRange], counts: [Cause: Int64] = [:]) {
    self.ranges = ranges
    self.counts = counts
  }

  /// How many records with something to tell were dropped.
  package var lost: Int64 { counts.reduce(0) { $0 + ($1.key == .superseded ? 0 : $1.value) } }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.ranges = try container.decode([SequenceRange].self, forKey: .ranges)
    guard ranges.count <= AckBody.maximumRanges else { throw Rejection.field("too many ranges") }
    let words = try container.decodeIfPresent([String: Int64].self, forKey: .counts) ?? [:]
    guard words.values.allSatisfy({ (0...largestSequence).contains($0) }) else {
      throw Rejection.field("counts are out of range")
    }
    self.counts = Dictionary(
      words.compactMap { word, count in Cause(rawValue: word).map { ($0, count) } }
    ) { first, _ in first }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(ranges, forKey: .ranges)
    if !counts.isEmpty { try container.encode(counts, forKey: .counts) }
  }

  private enum CodingKeys: CodingKey {
    case ranges, counts
  }
}

/// The body of an event of a type that is newer than this side: kept, never interpreted.
package struct UninterpretedBody: MessageBody, Hashable {
  package static var kind: String? { nil }

  package init() {}
  package init(from decoder: any Decoder) throws {}
  package func encode(to encoder: any Encoder) throws {
    _ = encoder.container(keyedBy: NoKeys.self)
  }

  private enum NoKeys: CodingKey {}
}
