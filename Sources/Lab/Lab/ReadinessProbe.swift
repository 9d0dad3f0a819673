package import Addresses

/// A question whose answer shows that a service is up.
package struct ReadinessProbe: Sendable {
  /// What counts as an answer.
  package enum Expectation: Sendable {
    /// TCP: the connection is accepted, and nothing is sent or read.
    case accepted
    /// At least one byte or datagram, whatever is in it.
    case anything
    /// These bytes somewhere in the first 4096 bytes.
    case bytes([UInt8])
  }

  /// What is sent once connected; empty sends nothing.
  package let request: [UInt8]
  package let expectation: Expectation
  /// The multicast group a datagram is sent to, where devices need not answer one sent to them alone.
  package var group: IPv4Address?

  package init(sending request: [UInt8], expecting expectation: Expectation) {
    self.request = request
    self.expectation = expectation
  }

  /// Returns the same question asked of a group.
  package func asked(of group: IPv4Address) -> Self {
    var copy = self
    copy.group = group
    return copy
  }

  /// Returns whether what was received so far is the answer.
  package func isAnswered(by received: [UInt8]) -> Bool {
    switch expectation {
    case .accepted: true
    case .anything: !received.isEmpty
    case .bytes(let wanted): received.firstRange(of: wanted) != nil
    }
  }
}

extension ReadinessProbe {
  package static let accepts = Self(sending: [], expecting: .accepted)
  package static let speaksFirst = Self(sending: [], expecting: .anything)

  /// Expects a greeting that holds `text`.
  package static func greets(_ text: String) -> Self {
    Self(sending: [], expecting: .bytes(Array(text.utf8)))
  }

  /// Sends a line-oriented request and expects `text` in the answer.
  package static func ask(_ request: String, answer text: String) -> Self {
    Self(sending: Array(request.utf8), expecting: .bytes(Array(text.utf8)))
  }

  /// Sends bytes and expects bytes back; no `answer` means any.
  package static func ask(_ request: [UInt8], answer: [UInt8]? = nil) -> Self {
    Self(sending: request, expecting: answer.map { .bytes($0) } ?? .anything)
  }
}
