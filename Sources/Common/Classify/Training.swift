import Traits

/// Learns a model from examples; the same examples in the same order give the same model.
package struct Training: Sendable {
  /// A trait that fewer captures showed is not learned.
  package var leastCaptures = 2
  /// How much large weights cost; the larger, the plainer the model.
  package var penalty = 1e-3
  package var rounds = 200
  /// Into how many parts the examples are cut to find out how far the model can be believed.
  package var parts = 5

  package init() {}

  /// Learns types, weights and calibration.
  package func model(of examples: [Example]) -> Model {
    var model = uncalibrated(examples)
    let folds = Folds(examples, count: parts, seed: 1)
    var typeCases: [Calibration.Case] = []
    var kindCases: [Calibration.Case] = []
    for part in 0..<parts {
      let held = examples.indices.filter { folds.part[$0] == part }
      guard !held.isEmpty else { continue }
      let partial = uncalibrated(examples.indices.filter { folds.part[$0] != part }.map { examples[$0] })
      for index in held { judge(examples[index], by: partial, &typeCases, &kindCases) }
    }
    model.typeCalibration = Calibration(fitting: typeCases)
    model.kindCalibration = Calibration(fitting: kindCases)
    return model
  }

  /// Adds what a model says of an example it does not know, and what it would say if it did not know the
  /// example's type, or no type of its vendor, or none of its kind: what is met in the field is mostly of no
  /// known type, and often, as a telephone is to a model of appliances, of no known kind.
  private func judge(
    _ example: Example, by model: Model, _ typeCases: inout [Calibration.Case],
    _ kindCases: inout [Calibration.Case]
  ) {
    let masks: [(Double, (DeviceType) -> Bool)] = [
      (1, { _ in true }), (0.5, { $0.name != example.type.name }),
      (0.5, { $0.vendor != example.type.vendor }), (0.5, { $0.kind != example.type.kind }),
    ]
    for (share, isKnown) in masks {
      let allowed = model.entries.map { isKnown($0.type) }
      guard let opinion = model.opinion(example.traits, among: allowed) else { continue }
      typeCases.append(
        Calibration.Case(
          fit: opinion.typeFit, isRight: model.entries[opinion.type].type.name == example.type.name,
          share: share))
      kindCases.append(
        Calibration.Case(fit: opinion.kindFit, isRight: opinion.kind == example.type.kind, share: share))
    }
  }

  private func uncalibrated(_ examples: [Example]) -> Model {
    let types = Set(examples.map(\.type)).sorted { $0.name < $1.name }.prefix(Model.typeLimit)
    var seen: [Trait: Int] = [:]
    for example in examples {
      for trait in example.traits { seen[trait, default: 0] += 1 }
    }
    let traits = seen.filter { $0.value >= leastCaptures }.keys.sorted().prefix(Model.traitLimit)
    let places = Dictionary(uniqueKeysWithValues: zip(traits, 0...))
    let width = types.count
    var counts = [Int](repeating: 0, count: traits.count * width)
    var rows: [[Int]] = []
    var labels: [Int] = []
    for example in examples {
      guard let label = types.firstIndex(of: example.type) else { continue }
      let row = example.traits.compactMap { places[$0] }.sorted()
      for place in row { counts[place * width + label] += 1 }
      rows.append(row)
      labels.append(label)
    }
    let regression = SoftmaxRegression(
      rows: rows, labels: labels, traits: traits.count, types: width, penalty: penalty, rounds: rounds)
    let entries = types.enumerated().map { index, type in
      Model.Entry(
        type: type, captures: labels.count { $0 == index },
        bias: regression.weights[traits.count * width + index])
    }
    return Model(
      entries: entries, places: places, weights: Array(regression.weights.prefix(traits.count * width)),
      counts: counts, typeCalibration: .none, kindCalibration: .none)
  }
}
