import Traits

/// What models said of examples that they were not taught.
struct Cases {
  /// How much an answer without the example's type counts, beside one with it.
  let unseen: Double
  private(set) var ofType: [Calibration.Case] = []
  private(set) var ofKind: [Calibration.Case] = []

  init(unseen: Double) {
    self.unseen = unseen
  }

  /// Adds what a model says of an example it does not know, and what it would say if it did not know the
  /// example's type, or no type of its vendor, or none of its kind: what is met in the field is mostly of no
  /// known type, and often, as a telephone is to a model of appliances, of no known kind.
  mutating func judge(_ example: Example, _ heard: [(traits: Set<Trait>, share: Float)], by model: Model) {
    let masks: [(Double, (DeviceType) -> Bool)] = [
      (1, { _ in true }), (unseen, { $0.name != example.type.name }),
      (0.5, { $0.vendor != example.type.vendor }), (0.5, { $0.kind != example.type.kind }),
    ]
    for (index, (mask, isKnown)) in masks.enumerated() {
      // A kind is wrongly said of unseen types alone; they count for it whatever they count for the type.
      let kindMask = index == 0 ? 1 : 0.5
      let allowed = model.entries.map { isKnown($0.type) }
      for (traits, share) in heard {
        guard let opinion = model.opinion(traits, among: allowed) else { continue }
        let isType = model.entries[opinion.type].type.name == example.type.name
        ofType.append(
          Calibration.Case(fit: opinion.typeFit, isRight: isType, share: mask * Double(share)))
        ofKind.append(
          Calibration.Case(
            fit: opinion.kindFit, isRight: opinion.kind == example.type.kind, share: kindMask * Double(share))
        )
      }
    }
  }
}
