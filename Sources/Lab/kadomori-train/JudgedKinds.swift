import Classify
package import Posture

/// What was concluded of known devices, and how much of it is right.
package struct JudgedKinds: Sendable {
  package struct Answer: Sendable {
    package var truth: DeviceKind?
    package var said: DeviceKind
    package var confidence: Double
    package var group: String
    package var name: String

    package var isRight: Bool { said == truth }

    package init(
      truth: DeviceKind?, said: DeviceKind, confidence: Double, group: String, name: String
    ) {
      self.truth = truth
      self.said = said
      self.confidence = confidence
      self.group = group
      self.name = name
    }
  }

  /// How much was said with at least some confidence.
  package struct Share: Hashable, Sendable {
    package var said: Int
    package var right: Int
  }

  package static let steps = [0.5, 0.7, 0.8, 0.9]

  package var answers: [Answer] = []

  package init(_ answers: [Answer] = []) { self.answers = answers }

  /// What was said at all; a device of which nothing was said is not judged.
  package var said: [Answer] { answers.filter { $0.said != .unknown } }

  package func share(atLeast confidence: Double) -> Share {
    let sure = said.filter { $0.confidence >= confidence }
    return Share(said: sure.count, right: sure.count(where: \.isRight))
  }

  var reliability: Reliability { Reliability(said.map { ($0.confidence, $0.isRight) }) }

  /// The wrong ones by group, the surest first.
  package var wrong: [(answer: Answer, count: Int)] {
    Dictionary(grouping: said.filter { !$0.isRight }) { "\($0.group) \($0.said)" }.values
      .compactMap { same in same.max { $0.confidence < $1.confidence }.map { ($0, same.count) } }
      .sorted { ($1.answer.confidence, $0.answer.name) < ($0.answer.confidence, $1.answer.name) }
  }
}

/// How often what one word or rule says is right, each group counted once.
package struct WitnessRecord: Sendable {
  private var right: Set<String> = []
  private var groups: Set<String> = []

  package init() {}

  package mutating func note(_ group: String, isRight: Bool) {
    groups.insert(group)
    if isRight { right.insert(group) }
  }

  package var count: Int { groups.count }
  package var rightCount: Int { right.count }
  /// The precision that is expected after this, when every one was as likely before (Laplace's rule of succession).
  package var precision: Double { Double(rightCount + 1) / Double(count + 2) }
}
