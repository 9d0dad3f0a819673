/// A set of Unicode scalars, as sorted ranges and a bitmap of the ASCII half.
struct ScalarSet: Hashable, Sendable {
  /// Inclusive ranges, sorted, neither touching nor overlapping.
  private(set) var ranges: [ClosedRange<UInt32>]
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  static let last: UInt32 = 0x10FFFF

  init(_ ranges: [ClosedRange<UInt32>]) {
    self.ranges = Self.merged(ranges)
    for range in self.ranges where range.lowerBound < 128 {
      for scalar in range.lowerBound...min(range.upperBound, 127) {
        if scalar < 64 { low |= 1 << UInt64(scalar) } else { high |= 1 << UInt64(scalar - 64) }
      }
    }
  }

  @inline(__always)
  func contains(_ scalar: UInt32) -> Bool {
    if scalar < 64 { return low >> UInt64(scalar) & 1 == 1 }
    if scalar < 128 { return high >> UInt64(scalar - 64) & 1 == 1 }
    return containsBeyondASCII(scalar)
  }

  private func containsBeyondASCII(_ scalar: UInt32) -> Bool {
    var start = 0
    var end = ranges.count
    while start < end {
      let middle = (start + end) / 2
      let range = ranges[middle]
      if scalar < range.lowerBound {
        end = middle
      } else if scalar > range.upperBound {
        start = middle + 1
      } else {
        return true
      }
    }
    return false
  }

  var inverted: ScalarSet {
    var result: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
      next = range.upperBound + 1
    }
    if next <= Self.last { result.append(next...Self.last) }
    return ScalarSet(result)
  }

  func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

  private static func merged(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let previous = result.last, range.lowerBound <= previous.upperBound &+ 1 {
        result[result.count - 1] = previous.lowerBound...max(previous.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }
}

extension ScalarSet {
  // The classes hold ASCII alone, as Ruby's do without its `(?u)`.
  static let digits = ScalarSet([0x30...0x39])
  static let hexDigits = ScalarSet([0x30...0x39, 0x41...0x46, 0x61...0x66])
  static let spaces = ScalarSet([0x09...0x0d, 0x20...0x20])
  static let words = ScalarSet([0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a])
  static let everything = ScalarSet([0...last])
  static let exceptNewline = ScalarSet([0...0x09, 0x0b...last])

  /// The set named in a bracket, as `[:alpha:]` (POSIX.1-2017, Base Definitions, section 9.3.5).
  static func posix(_ name: String) -> ScalarSet? {
    switch name {
    case "alpha": ScalarSet([0x41...0x5a, 0x61...0x7a])
    case "digit": digits
    case "alnum": ScalarSet([0x30...0x39, 0x41...0x5a, 0x61...0x7a])
    case "upper": ScalarSet([0x41...0x5a])
    case "lower": ScalarSet([0x61...0x7a])
    case "space": spaces
    case "blank": ScalarSet([0x09...0x09, 0x20...0x20])
    case "punct": ScalarSet([0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e])
    case "cntrl": ScalarSet([0...0x1f, 0x7f...0x7f])
    case "print": ScalarSet([0x20...0x7e])
    case "graph": ScalarSet([0x21...0x7e])
    case "xdigit": hexDigits
    case "word": words
    default: nil
    }
  }
}
