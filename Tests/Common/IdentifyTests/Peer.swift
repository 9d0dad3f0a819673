import Addresses
import Posture

@testable import Identify

/// A peer without a network, that drives a conversation and notes what it did.
struct Peer {
  /// What the peer does when it is asked something.
  enum Answer: Sendable {
    case silence
    case close
    /// The same bytes to everything.
    case bytes([UInt8])
    /// Our own bytes.
    case echo
    /// Bytes one by one, without an end.
    case drip(UInt8)
    /// What the closure makes of the question; `nil` closes.
    case reply(@Sendable ([UInt8]) -> [UInt8]?)
  }

  struct Outcome {
    var found: Identification?
    var sent: [[UInt8]] = []
    var connections = 0
    var handshakes = 0
    var waited: Duration = .zero
    var steps = 0
  }

  static let characters: [Answer] = [
    .silence, .close, .echo, .drip(0x41), .drip(0x2b),
    .bytes(Array("HTTP/1.1 200 OK\r\n\r\n<title>x</title>".utf8)),
    .bytes([0x15, 3, 3, 0, 2, 2, 0x28]), .bytes(Array("login: ".utf8)), .bytes([0, 0, 0, 0]),
  ]

  let answer: Answer
  var greeting: [UInt8] = []
  /// Whether TLS handshakes succeed.
  var speaksTLS = false

  /// Runs a conversation to its end, at most `limit` steps.
  mutating func talk(_ start: Conversation, limit: Int = 20_000) -> Outcome {
    var conversation = start
    var outcome = Outcome(connections: 1)
    var step = conversation.opened()
    var pending = greeting
    var question: [UInt8]?
    while outcome.steps < limit {
      outcome.steps += 1
      switch step {
      case .finished(let found):
        outcome.found = found
        return outcome
      case .reconnect:
        outcome.connections += 1
        question = nil
        pending = greeting
        step = conversation.opened()
        continue
      case .secure:
        outcome.handshakes += 1
        pending = []
        step = speaksTLS ? conversation.secured() : conversation.closed()
        continue
      case .send(let bytes, let wait):
        outcome.sent.append(bytes)
        question = bytes
        (pending, step) = reply(bytes, &conversation, wait: wait, &outcome)
        if pending.isEmpty { continue }
      case .wait: break
      }
      if !pending.isEmpty {
        let next = pending
        pending = []
        step = conversation.received(next)
      } else if case .drip(let byte) = answer, question != nil {
        if case .wait(let wait) = step { outcome.waited += wait }
        step = conversation.received([byte])
      } else if case .wait(let wait) = step {
        outcome.waited += wait
        step = conversation.silence()
      }
    }
    return outcome
  }

  /// What comes back for a question: bytes to deliver, or the step after closing or silence.
  private func reply(
    _ bytes: [UInt8], _ conversation: inout Conversation, wait: Duration, _ outcome: inout Outcome
  ) -> ([UInt8], Conversation.Step) {
    let back: [UInt8]?
    switch answer {
    case .silence: back = []
    case .close: back = nil
    case .bytes(let same): back = same
    case .echo: back = bytes
    case .drip(let byte): back = [byte]
    case .reply(let make): back = make(bytes)
    }
    guard let back else { return ([], conversation.closed()) }
    guard back.isEmpty else { return (back, .wait(wait)) }
    outcome.waited += wait
    return ([], conversation.silence())
  }
}
