import BrokerFixture

/// How much violence, and how much is reported meanwhile.
struct Plan {
  var kills = 1000
  var findings = 10_000
  /// The same seed makes the same choices; what they meet depends on the machine.
  var seed: UInt64

  static let usage = "usage: chaos run [KILLS [FINDINGS [SEED]]]"

  init(_ words: [String]) throws {
    let numbers = try words.map { word in
      guard let number = UInt64(word), number <= 1_000_000_000 else {
        throw FixtureError("'\(word)' is no number from 0 to 1000000000; \(Self.usage)")
      }
      return number
    }
    guard numbers.count <= 3 else { throw FixtureError(Self.usage) }
    if numbers.count > 0 { kills = Int(numbers[0]) }
    if numbers.count > 1 { findings = Int(numbers[1]) }
    seed = numbers.count > 2 ? numbers[2] : .random(in: 1...1_000_000_000)
  }
}

/// Chance that can be repeated: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
struct Chance: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  /// Whether something happens that happens `share` of all times.
  mutating func happens(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }

  /// A time from nothing to `most`.
  mutating func time(_ most: Duration) -> Duration { most * Double.random(in: 0..<1, using: &self) }
}
