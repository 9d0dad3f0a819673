@testable import Patterns

/// Numbers that are the same in every run (Knuth's multiplier for a linear congruence).
struct Dice {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}

/// The matcher of the textbooks: tries everything in order, in exponential time.
struct Backtracker {
  let text: [UInt8]
  private typealias Slots = [Int: Int]

  /// The slots of the leftmost match: twice the number of the group, plus one for its end.
  func firstMatch(_ root: Node) -> [Int: Int]? {
    for start in 0...text.count {
      var budget = 20_000
      let found = match(.group(0, root), start, [:], &budget) { _, slots, _ in slots }
      if let found { return found }
    }
    return nil
  }

  private func match(
    _ node: Node, _ position: Int, _ slots: Slots, _ budget: inout Int,
    _ then: (Int, Slots, inout Int) -> Slots?
  ) -> Slots? {
    budget -= 1
    guard budget > 0 else { return nil }
    switch node {
    case .empty: return then(position, slots, &budget)
    case .scalar(let scalar):
      guard position < text.count, UInt32(text[position]) == scalar else { return nil }
      return then(position + 1, slots, &budget)
    case .set(let set):
      guard position < text.count, set.contains(UInt32(text[position])) else { return nil }
      return then(position + 1, slots, &budget)
    case .assertion(let assertion):
      return assertion.holds(in: text, at: position) ? then(position, slots, &budget) : nil
    case .group(let number, let body):
      var opened = slots
      opened[number * 2] = position
      return match(body, position, opened, &budget) { end, inner, budget in
        var closed = inner
        closed[number * 2 + 1] = end
        return then(end, closed, &budget)
      }
    case .sequence(let parts):
      guard let first = parts.first else { return then(position, slots, &budget) }
      return match(first, position, slots, &budget) { end, inner, budget in
        match(.sequence(Array(parts.dropFirst())), end, inner, &budget, then)
      }
    case .choice(let parts):
      for part in parts {
        if let found = match(part, position, slots, &budget, then) { return found }
      }
      return nil
    case .repeated(let body, let min, let max, let isLazy):
      func again(_ budget: inout Int) -> Slots? {
        guard max.map({ $0 > 0 }) ?? true else { return nil }
        let rest = Node.repeated(body, min: Swift.max(0, min - 1), max: max.map { $0 - 1 }, isLazy: isLazy)
        return match(body, position, slots, &budget) { end, inner, budget in
          // A round that consumed nothing is the last.
          end == position && min <= 1 && max == nil
            ? then(end, inner, &budget) : match(rest, end, inner, &budget, then)
        }
      }
      if min > 0 { return again(&budget) }
      if isLazy { return then(position, slots, &budget) ?? again(&budget) }
      return again(&budget) ?? then(position, slots, &budget)
    }
  }
}
