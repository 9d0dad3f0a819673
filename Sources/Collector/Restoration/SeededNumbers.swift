import Glibc

/// Numbers that look random and can be had again.
///
/// SplitMix64: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014.
package struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  private var spare: Double?

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.mix(state)
  }

  package static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// From 0 up to 1.
  package static func unit(_ bits: UInt64) -> Double { Double(bits >> 11) * 0x1p-53 }

  package mutating func unit() -> Double { Self.unit(next()) }

  package mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

  package mutating func exponential(mean: Double) -> Double { -mean * log(1 - unit()) }

  /// A log-normal number, by the method of Box and Muller.
  package mutating func logNormal(mean: Double, deviation: Double) -> Double {
    if let spare {
      self.spare = nil
      return exp(mean + deviation * spare)
    }
    let radius = (-2 * log(1 - unit())).squareRoot()
    let angle = 2 * Double.pi * unit()
    spare = radius * sin(angle)
    return exp(mean + deviation * radius * cos(angle))
  }
}
