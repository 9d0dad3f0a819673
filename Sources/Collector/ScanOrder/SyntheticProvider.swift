import Glibc
import Restoration

/// A made-up provider: how many services each cell, a prefix times a port, has, and how that changes between rounds.
///
/// Nothing here was measured at a provider. The numbers were written down before any order was tried on it, and are not
/// changed to suit one; what is found with them shows that a method can see such a structure, not what it brings in the
/// field.
///
/// The structured world has 512 prefixes (a /24 each, 256 addresses) in 32 areas (a /20 each), and 20 ports. An area is of
/// one kind, which seven of ten of its prefixes share and the rest draw anew. A kind says how many addresses have a
/// device, and which of twelve models these are; an area buys its own mix of them. A model has ports that it opens with
/// some chance. On top, any port of any address is open with a chance of 2 in 100,000, which nobody can foretell. From
/// round to round nine of ten services stay, and as many new ones come as leave on average.
///
/// The world without structure has as many services, each anywhere with the same chance, drawn anew for every round.
package struct SyntheticProvider: Sendable {
  package enum Structure: String, Hashable, Sendable, CaseIterable {
    case structured
    case none
  }

  package static let addressesPerPrefix = 256
  package static let prefixesPerArea = 16
  /// Ports that are open where somebody forgot them, or where a provider's own devices have them.
  package static let ports: [UInt16] = [
    21, 22, 23, 25, 53, 80, 443, 445, 502, 554, 1883, 2323, 3306, 3389, 5060, 5555, 7547, 8080, 8443, 47808,
  ]
  private static let survival = 0.9
  private static let noise = 2e-5

  /// Kinds of prefixes: how many of a hundred, what part of their addresses has a device, and which models these are.
  private static let kinds: [(share: Double, occupancy: Double, models: [Double])] = [
    // Not given out, or to nobody who answers.
    (35, 0.002, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
    // Homes.
    (45, 0.5, [30, 24, 6, 4, 3, 3, 0, 0, 0, 0, 0, 0]),
    // Offices.
    (14, 0.3, [6, 4, 2, 3, 2, 0, 10, 8, 6, 0, 0, 0]),
    // Hosting.
    (4, 0.6, [0, 0, 0, 0, 0, 0, 4, 2, 3, 20, 0, 0]),
    // Plants and machines on mobile lines.
    (2, 0.1, [0, 0, 2, 2, 1, 0, 2, 0, 0, 0, 10, 8]),
  ]

  /// The chance of each model that a port is open.
  private static let models: [[UInt16: Double]] = [
    [7547: 0.04], [7547: 0.02, 443: 0.01], [23: 0.3, 80: 0.4, 7547: 0.3], [554: 0.7, 80: 0.5, 8080: 0.1],
    [2323: 0.3, 23: 0.5, 5555: 0.1], [1883: 0.2, 5555: 0.3], [443: 0.7, 5060: 0.2, 22: 0.1],
    [3389: 0.4, 445: 0.3, 443: 0.2], [25: 0.5, 53: 0.3, 443: 0.6, 8443: 0.2],
    [22: 0.9, 80: 0.9, 443: 0.9, 3306: 0.2, 21: 0.2], [502: 0.8, 80: 0.3, 22: 0.1],
    [47808: 0.7, 8080: 0.4, 80: 0.3],
  ]

  package let prefixes: Int
  package let structure: Structure
  /// The services that each cell has on average, prefix by prefix.
  private let means: [Double]
  /// Those that it has now.
  package private(set) var counts: [Int]
  private var random: SeededNumbers

  package var cells: Int { counts.count }
  package var services: Int { counts.reduce(0, +) }
  package var targets: Int { cells * Self.addressesPerPrefix }

  package init(_ structure: Structure, prefixes: Int = 512, seed: UInt64) {
    self.structure = structure
    self.prefixes = prefixes
    random = SeededNumbers(seed: seed)
    var means = Self.structuredMeans(prefixes, &random)
    if structure == .none {
      means = [Double](repeating: means.reduce(0, +) / Double(means.count), count: means.count)
    }
    self.means = means
    counts = []
    counts = means.map { Self.poisson($0, &random) }
  }

  /// Goes on to the next round.
  package mutating func advance() {
    for cell in counts.indices {
      guard structure == .structured else {
        counts[cell] = Self.poisson(means[cell], &random)
        continue
      }
      let stayed = (0..<counts[cell]).count { _ in random.unit() < Self.survival }
      counts[cell] = min(
        Self.addressesPerPrefix, stayed + Self.poisson(means[cell] * (1 - Self.survival), &random))
    }
  }

  private static func structuredMeans(_ prefixes: Int, _ random: inout SeededNumbers) -> [Double] {
    var means: [Double] = []
    var (areaKind, areaMix): (Int, [Double]) = (0, [])
    for prefix in 0..<prefixes {
      if prefix % prefixesPerArea == 0 {
        areaKind = drawKind(&random)
        // Exponential weights: some models are bought a lot, some hardly.
        areaMix = models.map { _ in random.exponential(mean: 1) }
      }
      let kind = kinds[random.unit() < 0.7 ? areaKind : drawKind(&random)]
      let occupancy = min(0.95, kind.occupancy * random.logNormal(mean: 0, deviation: 0.4))
      let weights = zip(kind.models, areaMix).map { $0 * $1 }
      let total = weights.reduce(0, +)
      for port in ports {
        let chance = zip(weights, models).reduce(0) { $0 + $1.0 / total * ($1.1[port] ?? 0) }
        means.append(Double(addressesPerPrefix) * (occupancy * chance + noise))
      }
    }
    return means
  }

  private static func drawKind(_ random: inout SeededNumbers) -> Int {
    var rest = random.between(0, kinds.reduce(0) { $0 + $1.share })
    for (place, kind) in kinds.enumerated() {
      rest -= kind.share
      if rest < 0 { return place }
    }
    return kinds.count - 1
  }

  /// A number of Poisson's distribution, by counting exponential times.
  ///
  /// D. Knuth, "The Art of Computer Programming", volume 2, section 3.4.1; a part at a time, so that no factor is too small
  /// for a number.
  private static func poisson(_ mean: Double, _ random: inout SeededNumbers) -> Int {
    var (count, rest) = (0, mean)
    while rest > 0 {
      let part = min(rest, 30)
      let end = exp(-part)
      var product = random.unit()
      while product > end {
        count += 1
        product *= random.unit()
      }
      rest -= part
    }
    return min(count, addressesPerPrefix)
  }
}
