import Posture

extension Conversation {
  /// Reads what was received so far, and decides what to do about it.
  mutating func weigh(ended: Bool, isOpen: Bool = true) -> Step {
    switch phase {
    case .securing:
      pending = nil
      return askNext(fresh: false)
    case .greeting:
      let reading = received.isEmpty ? .no : Greeting.read(received, port: port, ended: ended)
      if case .identified(let found) = reading {
        return accept(
          found, then: isOpen && policy == .open ? Greeting.next(received, asGuest: mayEnterAsGuest) : nil)
      }
      if !ended, reading == .more || received.count < 64 { return wait(Self.greetingWait) }
      return missedGreeting(isOpen: isOpen)
    case .asking(let handshake, let request):
      if received == request, !request.isEmpty { return echoed(handshake, request, ended, isOpen) }
      switch read(handshake, ended: ended) {
      case .identified(let found):
        let next = handshake.next?(received) ?? (mayEnterAsGuest ? handshake.guest?(received) : nil)
        return accept(found, then: isOpen ? next : nil)
      case .more where !ended: return wait(handshake.wait)
      case .more, .no:
        // The beginning of our own words: an echo, so far.
        if !ended, !received.isEmpty, request.starts(with: received) { return wait(Self.answerWait) }
        return missedAnswer()
      }
    }
  }

  /// Reads an answer as that of `handshake`, else as a greeting that came late.
  private func read(_ handshake: Handshake, ended: Bool) -> Reading {
    let reading = handshake.read(received, ended)
    guard reading == .no || (ended && reading == .more), base == nil, !received.isEmpty else {
      return reading
    }
    return Greeting.read(received, port: port, ended: ended)
  }

  private mutating func accept(_ found: Identification, then next: Handshake?) -> Step {
    var found = base?.extended(by: found) ?? found
    found.tls = found.tls || isSecure
    base = found
    if !isSecure, wantsTLS, !asked.contains(HandshakeOrder.tls) {
      hasSeenTLS = true
      fallback = found
      base = nil
      prefer([HandshakeOrder.tls])
      return askNext(fresh: false)
    }
    if let next, let step = follow(next) { return step }
    return found.protocol == .unknown ? missedAnswer() : .finished(found)
  }

  private mutating func missedGreeting(isOpen: Bool) -> Step {
    guard !received.isEmpty else {
      // Who hangs up unasked is not waiting for the right question.
      if !isOpen { questions = Array(questions.prefix(1)) }
      return askNext(fresh: isOpen)
    }
    unread = received
    if isOpen, policy == .open, let next = Greeting.next(received, asGuest: mayEnterAsGuest),
      let step = follow(next)
    {
      return step
    }
    // Who speaks first, and not in a way we know, is rarely HTTP or TLS.
    questions = Array(questions.prefix(2))
    return askNext(fresh: false)
  }

  private mutating func missedAnswer() -> Step {
    if let base {
      if base.protocol != .unknown { return .finished(base) }
      self.base = nil
    }
    if unread.isEmpty { unread = received }
    if wantsTLS { hasSeenTLS = true }
    prefer(Suggestion.names(after: received))
    return askNext(fresh: false)
  }

  /// An answer that is our own words: asks for a second proof, with bytes that no terminal returns unchanged.
  private mutating func echoed(
    _ handshake: Handshake, _ request: [UInt8], _ ended: Bool, _ isOpen: Bool
  ) -> Step {
    guard handshake.name != "echo", isOpen, policy == .open else {
      return accept(Identification(.echo), then: nil)
    }
    guard ended else { return wait(Self.answerWait) }
    return follow(.echo) ?? missedAnswer()
  }

  /// Whether a plain answer says that the port speaks TLS.
  private var wantsTLS: Bool { Suggestion.names(after: received).contains(HandshakeOrder.tls) }

  /// Puts questions first, unless they were asked already.
  private mutating func prefer(_ names: [String]) {
    guard policy == .open, !isSecure else { return }
    for name in names.reversed() {
      if let index = questions.firstIndex(where: { $0.name == name }) {
        questions.insert(questions.remove(at: index), at: 0)
      } else if !asked.contains(name), let question = Self.question(name) {
        questions.insert(question, at: 0)
      }
    }
  }
}
