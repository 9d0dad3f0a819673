/// Cuts examples into parts that hold about as much of every type, the same for the same seed.
package struct Folds: Sendable {
  /// The part of each example.
  package private(set) var part: [Int]

  package init(_ examples: [Example], count: Int, seed: UInt64) {
    part = [Int](repeating: 0, count: examples.count)
    var chance = Chance(seed: seed)
    var next = 0
    let names = Set(examples.map(\.type.name)).sorted()
    for name in names {
      // The next type goes on where the last one stopped, so that parts are of one size.
      for index in examples.indices.filter({ examples[$0].type.name == name }).shuffled(using: &chance) {
        part[index] = next % max(1, count)
        next += 1
      }
    }
  }
}

/// SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014).
struct Chance: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }
}
