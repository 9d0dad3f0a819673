import Addresses
import Cryptography

/// What a gateway whose clock is not set wants to see signed: 16 random bytes in hexadecimal digits.
package struct CommandNonce: Hashable, Sendable {
  package let text: String

  /// Creates a nonce of random bytes; `nil` unless there are 16.
  package init?(random bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    text = Hexadecimal.text(bytes)
  }
}

extension CommandNonce: LosslessStringConvertible {
  package init?(_ text: String) {
    guard text.utf8.count == 32,
      text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    self.text = text
  }

  package var description: String { text }
}

extension CommandNonce: CodableByDescription {}

/// The nonces that were given out and not used yet, on the boot-time clock.
///
/// Kept in memory only: a nonce of an earlier start is worth nothing.
package struct NonceBook: Hashable, Sendable {
  /// For how long a nonce is good.
  package static let life = Duration.seconds(120)
  /// Commands that wait for their nonce at once; the oldest gives way.
  package static let limit = 16

  private struct Entry: Hashable, Sendable {
    var command: TopicName
    var nonce: CommandNonce
    var given: Duration
  }

  private var entries: [Entry] = []

  package init() {}

  /// Whether a command may be carried out because of this nonce.
  package func accepts(_ nonce: CommandNonce, for command: TopicName, now: Duration) -> Bool {
    entries.contains { $0.command == command && $0.nonce == nonce && now - $0.given < Self.life }
  }

  /// The nonce to answer a command with: the one given before while it is good, so that somebody who repeats
  /// a command that he saw cannot take the nonce from under its operator.
  package mutating func nonce(
    for command: TopicName, now: Duration, fresh: @autoclosure () -> CommandNonce
  ) -> CommandNonce {
    if let entry = entries.first(where: { $0.command == command && now - $0.given < Self.life }) {
      return entry.nonce
    }
    entries.removeAll { $0.command == command || now - $0.given >= Self.life }
    if entries.count == Self.limit { entries.removeFirst() }
    let nonce = fresh()
    entries.append(Entry(command: command, nonce: nonce, given: now))
    return nonce
  }

  /// A nonce is good once.
  package mutating func use(_ command: TopicName) {
    entries.removeAll { $0.command == command }
  }
}
