/// What models say of examples that they were not taught.
package struct Evaluation: Sendable {
  /// One answer about an example by its number.
  package struct Answer: Sendable {
    package var example: Int
    package var hearing: HeardPart
    package var verdict: Verdict
    package var isTypeRight: Bool
    package var isKindRight: Bool
  }

  package let examples: [Example]
  package let training: Training

  package init(_ examples: [Example], training: Training = Training()) {
    self.examples = examples
    self.training = training
  }

  /// Each example is judged by a model of the other parts.
  package func closedSet(parts: Int = 10, seed: UInt64 = 1) -> [Answer] {
    let folds = Folds(examples, count: parts, seed: seed)
    return (0..<parts).flatMap { part in answers { folds.part[$0] == part } }
  }

  /// Each example is judged by a model that knows nothing of its type: no answer about the type is right.
  package func unseenTypes() -> [Answer] {
    Set(examples.map(\.type.name)).sorted().flatMap { name in answers { examples[$0].type.name == name } }
  }

  /// Each example is judged by a model that knows no type of its vendor.
  package func unseenVendors() -> [Answer] {
    Set(examples.map(\.type.vendor)).sorted().flatMap { name in answers { examples[$0].type.vendor == name } }
  }

  private func answers(holdingOut isHeld: (Int) -> Bool) -> [Answer] {
    let held = examples.indices.filter(isHeld)
    guard !held.isEmpty, held.count < examples.count else { return [] }
    let model = training.model(of: examples.indices.filter { !isHeld($0) }.map { examples[$0] })
    return held.flatMap { answers(of: model, about: $0) }
  }

  /// What a model says that was taught other examples.
  package func answers(of model: Model) -> [Answer] {
    examples.indices.flatMap { answers(of: model, about: $0) }
  }

  private func answers(of model: Model, about index: Int) -> [Answer] {
    HeardPart.allCases.compactMap { answer(about: index, $0, of: model) }
  }

  private func answer(about index: Int, _ hearing: HeardPart, of model: Model) -> Answer? {
    let type = examples[index].type
    guard let verdict = examples[index].heard[hearing].flatMap({ model.classify($0) }) else { return nil }
    return Answer(
      example: index, hearing: hearing, verdict: verdict, isTypeRight: verdict.likeliest.name == type.name,
      isKindRight: verdict.likeliestKind == type.kind)
  }
}
