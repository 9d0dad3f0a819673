/// How much was asked by UDP, and how much came back: whether a scan amplified more than it said.
package struct DatagramTraffic: Sendable {
  package struct Tally: Hashable, Sendable {
    package let question: DatagramQuestion
    /// Questions that left, and their octets.
    package fileprivate(set) var asked = 0
    package fileprivate(set) var octetsAsked = 0
    /// Answers that were believed, and their octets; one question may have several.
    package fileprivate(set) var answered = 0
    package fileprivate(set) var octetsAnswered = 0
    /// The octets of the largest answer.
    package fileprivate(set) var largest = 0
  }

  /// One for each service, where that is a question.
  private var slots: [Tally?]
  package let isEmpty: Bool

  init(_ services: [ProbedService]) {
    slots = services.map { $0.question.map { Tally(question: $0) } }
    isEmpty = services.allSatisfy { $0.question == nil }
  }

  package var tallies: [Tally] { slots.compactMap(\.self) }

  mutating func asked(_ slot: Int) {
    guard let size = slots[slot]?.question.size else { return }
    slots[slot]?.asked += 1
    slots[slot]?.octetsAsked += size
  }

  /// Errors of ICMP have no octets.
  mutating func heard(_ octets: Int, slot: Int) {
    guard octets > 0, let largest = slots[slot]?.largest else { return }
    slots[slot]?.answered += 1
    slots[slot]?.octetsAnswered += octets
    slots[slot]?.largest = max(largest, octets)
  }
}
