// Sending sends notices by the channels a provider has, and says what became of each; it never sends one again by itself
// where it may have arrived.

package import Posture

/// A notice as it goes out.
package struct OutgoingNotice: Hashable, Sendable {
  /// Its number in the outbox.
  package var number: Int64
  package var gateway: String
  package var finding: String
  /// A mail address, or what the provider calls the subscriber.
  package var recipient: String
  package var subject: String
  package var lines: [String]
  /// ja, easy-ja or en.
  package var language: String
  package var queued: WallTime
  /// Whether it tells that what was told before is closed.
  package var isSafe = false
  /// What the household's page shows of it; `nil` where no page knows it.
  package var proof: Proof?

  /// By what a household sees that a notice is real.
  package struct Proof: Hashable, Sendable {
    /// Eight digits.
    package var code: String
    /// By what the gateway knows it again.
    package var note: String
    /// Whether it says that all is well again.
    package var isSafe: Bool

    package init(code: String, note: String, isSafe: Bool = false) {
      self.code = code
      self.note = note
      self.isSafe = isSafe
    }
  }

  package init(
    number: Int64, gateway: String, finding: String, recipient: String, subject: String, lines: [String],
    language: String, queued: WallTime
  ) {
    self.number = number
    self.gateway = gateway
    self.finding = finding
    self.recipient = recipient
    self.subject = subject
    self.lines = lines
    self.language = language
    self.queued = queued
  }

  /// A name that is the same however often it is sent: by it a receiver knows a repetition.
  package var name: String { "notice-\(number)" }
}

/// What became of an attempt.
package enum SendingOutcome: Hashable, Sendable {
  /// The other side has it.
  case sent(String)
  /// The other side will never take it.
  case refused(String)
  /// It was not taken, for certain, and may be tried again.
  case later(String)
  /// It was handed over, and no answer came: it may have arrived, so it is not sent again.
  case unknown(String)
}

/// A way by which notices go out.
package protocol SendingChannel: Sendable {
  /// Hands one notice over; returns within a minute.
  func send(_ notice: OutgoingNotice) -> SendingOutcome
}
