import Cryptography

/// An experiment with notices: who gets which, drawn at random, and who gets none for comparison.
///
/// Whoever is drawn is drawn for good: the same subscriber has the same arm whenever it is asked, with nothing stored, and
/// nobody without the key can tell or choose it.
package struct Trial: Hashable, Sendable {
  package struct Arm: Hashable, Sendable {
    package var name: String
    /// Its share of those who are not held out, in proportion to the others'.
    package var weight: Double
    /// How it is told; `nil` where whoever sends does that by themselves.
    package var way: Way?

    package init(_ name: String, weight: Double = 1, way: Way? = nil) {
      self.name = name
      self.weight = weight
      self.way = way
    }
  }

  /// By which channel, in which words and which language subscribers are told.
  package struct Way: Hashable, Sendable, Codable {
    package var channel: String
    /// `nil` for those that others get.
    package var wording: String?
    /// `nil` for each one's own.
    package var language: String?

    package init(channel: String, wording: String? = nil, language: String? = nil) {
      self.channel = channel
      self.wording = wording
      self.language = language
    }
  }

  package enum Assignment: Hashable, Sendable {
    case arm(String)
    /// Gets no notice until the trial is over.
    case holdOut
    /// What is urgent is told at once, and counts for nothing.
    case outside
  }

  package let arms: [Arm]
  /// The share that is held out, above 0 and below 1.
  package let holdOut: Double
  private let key: [UInt8]

  /// Creates a trial; `nil` where there is no arm, a weight that is none, or no hold-out: without one, nobody can tell
  /// an effect from what heals by itself.
  package init?(arms: [Arm], holdOut: Double, key: [UInt8]) {
    guard !arms.isEmpty, Set(arms.map(\.name)).count == arms.count, holdOut > 0, holdOut < 1, key.count >= 16,
      arms.allSatisfy({ $0.weight > 0 && $0.weight.isFinite })
    else { return nil }
    self.arms = arms
    self.holdOut = holdOut
    self.key = key
  }

  package func arm(_ name: String) -> Arm? { arms.first { $0.name == name } }

  /// Draws for one subscriber, by its gateway's name: never for a finding, or two neighbours in one house would be told
  /// different things.
  package func assign(_ subscriber: String, isUrgent: Bool = false) -> Assignment {
    if isUrgent { return .outside }
    let hash = Digest.hmacSHA256(Array(subscriber.utf8), key: key)
    // 53 bits are all that a Double holds.
    let bits = hash.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> 11
    var rest = Double(bits) / Double(UInt64(1) << 53)
    if rest < holdOut { return .holdOut }
    rest = (rest - holdOut) / (1 - holdOut) * arms.reduce(0) { $0 + $1.weight }
    for arm in arms {
      if rest < arm.weight { return .arm(arm.name) }
      rest -= arm.weight
    }
    return .arm(arms[arms.count - 1].name)
  }
}
