import Traits

/// How well what a device shows fits what the captures of a type showed.
///
/// All but the first number tell of strangeness; 0 is none.
struct Fit: Hashable {
  /// The numbers, in the order of ``count`` places.
  ///
  /// 0: odds among the known types, as logarithm. 1: share of its traits that the type never showed.
  /// 2: share of the type's steady traits that it lacks. 3: like 1, of steady families alone. 4, 5: like
  /// 1 and 2, as logarithm of the number. 6, 7: like 4 and 5, of the families in which devices say what
  /// they are. 8: 1 when the two name themselves differently, else 0. 9: how little it tells: 1 without a
  /// telling trait that the type showed too, less with every one.
  var values: [Double]

  static let count = 10

  /// A trait is steady in a type of whose captures at least this share has it in frames to many.
  static let steady = 0.8

  /// Families whose values change with the length of a capture and with chance.
  private static let changing: Set<TraitFamily> = [.size, .next, .port]
  /// Families in which a device names itself, its software or its makers.
  private static let telling: Set<TraitFamily> = [
    .host, .announces, .software, .client, .offers, .mud, .lldp, .domain, .wanted, .syn,
  ]

  /// Families in which devices of one type speak alike and those of others do not.
  static let naming: Set<TraitFamily> = [
    .host, .announces, .software, .client, .offers, .mud, .lldp,
  ]

  /// Whether a trait tells of the device more than of the length of the capture.
  static func isSteady(_ trait: Trait) -> Bool { !changing.contains(trait.family) }

  /// What one device shows: all traits, and those the model knows with their places.
  struct Shown {
    var known: [(Trait, Int)]
    var places: Set<Int>
    var total: Int
    var strangeSteady: Int
    var strangeTelling: Int
    /// The naming families in which it shows what no known type does.
    var strangeNaming: Set<TraitFamily>

    init(traits: Set<Trait>, known: [(Trait, Int)]) {
      self.known = known
      places = Set(known.map(\.1))
      total = traits.count
      let strange = traits.subtracting(known.lazy.map(\.0))
      strangeNaming = Set(strange.lazy.map(\.family)).intersection(Fit.naming)
      strangeSteady = strange.count { !Fit.changing.contains($0.family) }
      strangeTelling = strange.count { Fit.telling.contains($0.family) }
    }
  }

  private init(values: [Double]) {
    self.values = values
  }

  init(of shown: Shown, to type: Int, in model: Model) {
    let width = model.entries.count
    var new = shown.total - shown.known.count
    var (newSteady, allSteady) = (shown.strangeSteady, shown.strangeSteady)
    var newTelling = shown.strangeTelling
    var newNames = shown.strangeNaming
    var told = 0
    for (trait, place) in shown.known {
      let isNew = model.habits[place * width + type] == .never
      let isSteady = !Self.changing.contains(trait.family)
      if isSteady { allSteady += 1 }
      guard isNew else {
        if Self.telling.contains(trait.family) { told += 1 }
        continue
      }
      new += 1
      if isSteady { newSteady += 1 }
      if Self.telling.contains(trait.family) { newTelling += 1 }
      if Self.naming.contains(trait.family) { newNames.insert(trait.family) }
    }
    var (expected, lacking, lackingTelling) = (0, 0, 0)
    var lackingNames: Set<TraitFamily> = []
    for (trait, place) in model.places {
      guard model.habits[place * width + type] == .always else { continue }
      expected += 1
      guard !shown.places.contains(place) else { continue }
      lacking += 1
      if Self.telling.contains(trait.family) { lackingTelling += 1 }
      if Self.naming.contains(trait.family) { lackingNames.insert(trait.family) }
    }
    values = [
      0, Double(new) / Double(max(1, shown.total)), Double(lacking) / Double(max(1, expected)),
      Double(newSteady) / Double(max(1, allSteady)), logarithm(1 + Double(new)),
      logarithm(1 + Double(lacking)), logarithm(1 + Double(newTelling)),
      logarithm(1 + Double(lackingTelling)),
      // A short capture lacks names, and a long one has new ones; only both at once are a contradiction.
      newNames.isDisjoint(with: lackingNames) ? 0 : 1,
      1 / Double(1 + told),
    ]
  }

  /// The fit to the one type that it is likest to.
  static func best(of fits: [Fit]) -> Fit? {
    fits.min { $0.strangeness < $1.strangeness }
  }

  /// The sum of the shares.
  private var strangeness: Double { values[1] + values[2] + values[3] }

  func with(probability: Double) -> Fit {
    var result = self
    // Bounded, so that a model too sure of itself does not outvote all strangeness.
    result.values[0] = logarithm((probability + 1e-3) / (1 - probability + 1e-3))
    return result
  }
}
