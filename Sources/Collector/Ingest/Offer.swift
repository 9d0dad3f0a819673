/// What the broker has answered to messages that were offered together.
struct Offer: Hashable, Sendable {
  enum Answer: Hashable, Sendable {
    case taken
    /// It does not want the message: not from us, or not under this topic.
    case refused
    /// Not handed over, since there was no session.
    case kept
  }

  private(set) var taken = 0
  private(set) var refused = 0

  var handedOver: Int { taken + refused }

  mutating func add(_ answer: Answer) {
    switch answer {
    case .taken: taken += 1
    case .refused: refused += 1
    case .kept: break
    }
  }
}
