/// One level of a topic that somebody outside chose: a type of event, a group, a message's id.
///
/// Valid iff 1 to 64 characters of `a-z A-Z 0-9 . _ -` that do not start with `_`, which marks the
/// contract's own levels; so a name can never hold a wildcard, a separator or a control character.
package struct TopicName: Hashable, Sendable, LosslessStringConvertible {
  package let description: String

  package init?(_ text: some StringProtocol) {
    guard (1...64).contains(text.utf8.count), text.utf8.first != 0x5f,
      text.utf8.allSatisfy(Self.isAllowed)
    else { return nil }
    self.description = String(text)
  }

  package init?(_ text: String) {
    self.init(Substring(text))
  }

  private init(known: String) {
    self.description = known
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
    default: false
    }
  }

  /// A finding was opened or closed: `FindingEvent`.
  package static let finding = TopicName(known: "finding")
  /// A device came, went, or is not what it was: `DeviceEvent`.
  package static let device = TopicName(known: "device")
  /// Something happened to a closing: `ClosingEvent`.
  package static let closing = TopicName(known: "closing")
  /// Records were dropped on purpose and will never be sent: `DroppedEvent`.
  package static let dropped = TopicName(known: "dropped")
}
