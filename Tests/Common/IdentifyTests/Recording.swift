import Addresses
import Posture
import Testing

@testable import Identify

/// What a real server answered on the one connection that identified it, and what is read of it.
///
/// Recorded on 2026-11-23 by a loop that did what ``Conversation`` said over a veth pair, from the
/// Debian 12 package, or the PyPI package where so marked, of the version named, in its default
/// configuration except where stated.
struct Recording: Sendable, CustomTestStringConvertible {
  let label: String
  let port: UInt16
  var hint: [String] = []
  /// What it said unasked.
  var greeting: Bytes = .text("")
  /// What it answered to the first question that it understood, and to those that followed.
  var answers: [Bytes] = []
  /// Whether it closed the connection after the greeting.
  var ends = false
  /// Whether the owner allows to come in as a guest.
  var asGuest = false
  let found: Identification

  var testDescription: String { label }

  init(
    _ label: String, port: UInt16, hint: [String] = [], greeting: Bytes = .text(""), answers: [Bytes] = [],
    ends: Bool = false, asGuest: Bool = false, is found: Identification
  ) {
    self.asGuest = asGuest
    self.label = label
    self.port = port
    self.hint = hint
    self.greeting = greeting
    self.answers = answers
    self.ends = ends
    self.found = found
  }

  static let all = greetings + services + plant + keys + shares

  /// Drives a conversation against the recording; the questions that the server did not understand
  /// get no answer.
  func replay() -> Identification? {
    var conversation = Conversation(
      host: .v4(IPv4Address(bits: 0x0a4d_0002)), port: port, hint: hint, asGuest: asGuest)
    var step = conversation.opened()
    var greeting = greeting.bytes
    var left = answers[...]
    for _ in 0..<64 {
      switch step {
      case .finished(let found): return found
      case .reconnect:
        greeting = self.greeting.bytes
        step = conversation.opened()
      case .secure: step = conversation.closed()
      case .send:
        step = left.popFirst().map { conversation.received($0.bytes) } ?? conversation.silence()
      case .wait:
        if !greeting.isEmpty {
          step = conversation.received(greeting)
          greeting = []
        } else {
          step = ends ? conversation.closed() : conversation.silence()
        }
      }
    }
    return nil
  }
}

/// What a real server answered to one datagram.
struct DatagramRecording: Sendable, CustomTestStringConvertible {
  let label: String
  let probe: String
  let answer: Bytes
  let found: Identification

  var testDescription: String { label }

  init(_ label: String, probe: String, answer: Bytes, is found: Identification) {
    self.label = label
    self.probe = probe
    self.answer = answer
    self.found = found
  }
}

/// Recorded bytes, as text where they are text.
enum Bytes: Sendable {
  case text(String)
  case hex(String)

  var bytes: [UInt8] {
    switch self {
    case .text(let text): Array(text.utf8)
    case .hex(let text):
      // In an array, since a string would be counted through for each octet.
      Self.octets(Array(text.utf8))
    }
  }

  private static func octets(_ digits: [UInt8]) -> [UInt8] {
    stride(from: 0, to: digits.count - 1, by: 2).compactMap { place in
      UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16)
    }
  }
}
