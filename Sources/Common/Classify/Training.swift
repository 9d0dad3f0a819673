import Traits

/// Learns a model from examples; the same examples in the same order give the same model.
package struct Training: Sendable {
  /// The hearings of each capture that are learned, all alike.
  package var hearings = HeardPart.allCases
  /// A trait that fewer captures showed is not learned.
  package var leastCaptures = 2
  /// How much large weights cost; the larger, the plainer the model.
  package var penalty: Float = 1e-3
  /// How much more a trait counts in which a device says what it is.
  package var naming: Float = 2
  package var rounds = 200
  /// Into how many parts the examples are cut to find out how far the model can be believed.
  package var parts = 5

  /// How common unseen types of known vendors are taken to be, beside known types.
  package var unseen = 0.2

  package init() {}

  /// Learns types, weights and calibration.
  package func model(of examples: [Example]) -> Model {
    var model = uncalibrated(examples)
    let folds = Folds(examples, count: parts, seed: 1)
    var cases = Cases(unseen: unseen)
    for part in 0..<parts {
      let held = examples.indices.filter { folds.part[$0] == part }
      guard !held.isEmpty else { continue }
      let partial = uncalibrated(examples.indices.filter { folds.part[$0] != part }.map { examples[$0] })
      for index in held { cases.judge(examples[index], heard(examples[index]), by: partial) }
    }
    model.typeCalibration = Calibration(fitting: cases.ofType)
    model.kindCalibration = Calibration(fitting: cases.ofKind)
    return model
  }

  /// What the hearings of a capture tell, each thing once with the number of hearings that tell it.
  private func heard(_ example: Example) -> [(traits: Set<Trait>, share: Float)] {
    var result: [(traits: Set<Trait>, share: Float)] = []
    for hearing in hearings {
      guard let traits = example.heard[hearing] else { continue }
      if let place = result.firstIndex(where: { $0.traits == traits }) {
        result[place].share += 1
      } else {
        result.append((traits, 1))
      }
    }
    return result
  }

  private func uncalibrated(_ examples: [Example]) -> Model {
    let types = Array(Set(examples.map(\.type)).sorted { $0.name < $1.name }.prefix(Model.typeLimit))
    let known = examples.compactMap { example in
      types.firstIndex(of: example.type).map { (label: $0, example: example) }
    }
    var seen: [Trait: Int] = [:]
    for (_, example) in known {
      let all = hearings.reduce(into: Set<Trait>()) { $0.formUnion(example.heard[$1] ?? []) }
      for trait in all { seen[trait, default: 0] += 1 }
    }
    let traits = seen.filter { $0.value >= leastCaptures }.keys.sorted().prefix(Model.traitLimit)
    let places = Dictionary(uniqueKeysWithValues: zip(traits, 0...))
    let rows = known.flatMap { label, example in
      heard(example).map { heard in
        SoftmaxRegression.Row(
          places: heard.traits.compactMap { places[$0] }.sorted(), label: label, share: heard.share)
      }
    }
    let captures = types.indices.map { type in known.count { $0.label == type } }
    let regression = SoftmaxRegression(
      rows: rows, scales: traits.map { Fit.naming.contains($0.family) ? naming : 1 }, types: types.count,
      penalty: penalty, rounds: rounds)
    let split = traits.count * types.count
    let entries = types.indices.map {
      Model.Entry(type: types[$0], captures: captures[$0], bias: regression.weights[split + $0])
    }
    return Model(
      entries: entries, places: places, weights: Array(regression.weights.prefix(split)),
      habits: habits(known, places, captures), typeCalibration: .none, kindCalibration: .none)
  }

  /// Which type shows which trait.
  private func habits(
    _ known: [(label: Int, example: Example)], _ places: [Trait: Int], _ captures: [Int]
  ) -> [Model.Habit] {
    var habits = [Model.Habit](repeating: .never, count: places.count * captures.count)
    var steady = [Int](repeating: 0, count: habits.count)
    for (label, example) in known {
      let all = hearings.reduce(into: Set<Trait>()) { $0.formUnion(example.heard[$1] ?? []) }
      for place in all.compactMap({ places[$0] }) { habits[place * captures.count + label] = .sometimes }
      // What only somebody in between hears is never missed.
      for place in (example.heard[.broadcast] ?? []).compactMap({ places[$0] }) {
        steady[place * captures.count + label] += 1
      }
    }
    for (index, count) in steady.enumerated() where count > 0 {
      let share = Double(count) / Double(captures[index % captures.count])
      if share >= Fit.steady { habits[index] = .always }
    }
    return habits
  }
}
