import Posture
package import Traits

/// A linear model of device types over traits, with how far its word can be believed.
///
/// Each trait that a device shows adds a weight to each type; the sums give probabilities among the known
/// types (multinomial logistic regression). Whether it is one of them at all is then judged from how much
/// of what it shows fits what the captures of that type showed: see ``Fit``.
package struct Model: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package var type: DeviceType
    /// How many captures it was learned from.
    package var captures: Int
    /// In units like ``Model/weights``.
    var bias: Int16
  }

  /// How often the captures of a type showed a trait.
  enum Habit: UInt8, Hashable, Sendable {
    case never, sometimes
    /// In frames to many, in at least ``Fit/steady`` of them.
    case always
  }

  /// A weight in thousandths.
  static func rounded(_ weight: Float) -> Int16 {
    Int16(max(-Float(Int16.max), min(Float(Int16.max), (weight * 1000).rounded())))
  }

  /// How many types, and how many traits, a model may have.
  package static let typeLimit = 256
  package static let traitLimit = 20_000

  /// What shows fewer steady traits than this is like much: its kind is as sure as its type, no surer.
  package static let leastForKind = 16

  package internal(set) var entries: [Entry]
  var places: [Trait: Int]
  /// The weight of trait `i` for type `t` is at `i * entries.count + t`, in thousandths.
  var weights: [Int16]
  /// Whether a type shows a trait; ordered like `weights`.
  var habits: [Habit]
  var typeCalibration: Calibration
  var kindCalibration: Calibration

  package var traitCount: Int { places.count }

  /// Says what shows these traits; `nil` when there are none or the model knows no type.
  package func classify(_ traits: Set<Trait>) -> Verdict? {
    guard !traits.isEmpty, let opinion = opinion(traits, among: entries.map { _ in true }) else { return nil }
    let sure = typeCalibration.confidence(opinion.typeFit)
    let type = entries[opinion.type].type
    let isTold = traits.count(where: Fit.isSteady) >= Self.leastForKind
    let kindSure = isTold ? kindCalibration.confidence(opinion.kindFit) : 0
    return Verdict(
      likeliest: type, confidence: sure, likeliestKind: opinion.kind,
      kindConfidence: type.kind == opinion.kind ? max(sure, kindSure) : kindSure)
  }

  /// What is likeliest among some of the types, with what tells whether it is so.
  struct Opinion {
    var type: Int
    var typeFit: Fit
    var kind: DeviceKind
    var kindFit: Fit
  }

  /// `nil` when none of the types may be chosen.
  func opinion(_ traits: Set<Trait>, among allowed: [Bool]) -> Opinion? {
    // In one order, so that sums of rounded numbers are always the same.
    let known = traits.compactMap { trait in places[trait].map { (trait, $0) } }.sorted { $0.1 < $1.1 }
    let choices = entries.indices.filter { allowed[$0] && entries[$0].captures > 0 }
    let probabilities = probabilities(known.map(\.1), among: choices)
    guard let best = choices.max(by: { probabilities[$0] < probabilities[$1] }) else { return nil }
    var kinds: [DeviceKind: Double] = [:]
    for choice in choices { kinds[entries[choice].type.kind, default: 0] += probabilities[choice] }
    let order = DeviceKind.allCases.filter { kinds[$0] != nil }
    guard let kind = order.max(by: { (kinds[$0] ?? 0) < (kinds[$1] ?? 0) }) else { return nil }
    var fits: [Int: Fit] = [:]
    let show = Fit.Shown(traits: traits, known: known)
    for choice in choices where choice == best || entries[choice].type.kind == kind {
      fits[choice] = Fit(of: show, to: choice, in: self)
    }
    let kindFits = choices.filter { entries[$0].type.kind == kind }.compactMap { fits[$0] }
    guard let typeFit = fits[best], let kindFit = Fit.best(of: kindFits) else { return nil }
    return Opinion(
      type: best, typeFit: typeFit.with(probability: probabilities[best]), kind: kind,
      kindFit: kindFit.with(probability: kinds[kind] ?? 0))
  }

  private func probabilities(_ known: [Int], among choices: [Int]) -> [Double] {
    var totals = entries.map { Int($0.bias) }
    for place in known {
      for type in entries.indices { totals[type] += Int(weights[place * entries.count + type]) }
    }
    let sums = totals.map { Double($0) / 1000 }
    let highest = choices.map { sums[$0] }.max() ?? 0
    var result = [Double](repeating: 0, count: sums.count)
    for choice in choices { result[choice] = exponential(sums[choice] - highest) }
    let total = result.reduce(0, +)
    return result.map { $0 / total }
  }
}
