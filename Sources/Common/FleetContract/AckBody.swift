/// What a collector has stored of one gateway: `…/ack`, published after its commit.
package struct AckBody: MessageBody, Hashable {
  package static var kind: String? { "ack" }

  /// How many ranges one message names; ranges beyond are named by a later one.
  package static let maximumRanges = 256

  /// Everything from 1 to this number is stored; 0 where 1 itself is missing.
  package var stored: Int64
  /// What is stored above the first gap, ascending.
  package var above: [SequenceRange]

  package init(stored: Int64, above: [SequenceRange] = []) {
    self.stored = stored
    self.above = above
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.stored = try container.decode(Int64.self, forKey: .stored)
    self.above = try container.decodeIfPresent([SequenceRange].self, forKey: .above) ?? []
    guard (0...largestSequence).contains(stored), above.count <= Self.maximumRanges else {
      throw Rejection.field("stored is out of range, or too many ranges")
    }
  }

  /// Returns whether the record is stored, so that the gateway may forget it.
  package func covers(_ seq: Int64) -> Bool {
    seq <= stored || above.contains { $0.first <= seq && seq <= $0.last }
  }
}

/// Consecutive record numbers, both ends included.
package struct SequenceRange: Hashable, Sendable, Codable {
  package let first: Int64
  package let last: Int64

  /// Creates a range; `nil` unless 1 ≤ first ≤ last < 2^53.
  package init?(_ first: Int64, _ last: Int64) {
    guard 1 <= first, first <= last, last <= largestSequence else { return nil }
    self.first = first
    self.last = last
  }

  private enum CodingKeys: CodingKey {
    case first, last
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let first = try container.decode(Int64.self, forKey: .first)
    let last = try container.decode(Int64.self, forKey: .last)
    guard let range = Self(first, last) else { throw Rejection.field("a range is empty or out of range") }
    self = range
  }
}
