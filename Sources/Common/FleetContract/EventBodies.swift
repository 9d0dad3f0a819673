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

  /// At most `AckBody.maximumRanges`.
  package var ranges: [SequenceRange]

  package init(_ ranges: [SequenceRange]) {
    self.ranges = ranges
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.ranges = try container.decode([SequenceRange].self, forKey: .ranges)
    guard ranges.count <= AckBody.maximumRanges else { throw Rejection.field("too many ranges") }
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
