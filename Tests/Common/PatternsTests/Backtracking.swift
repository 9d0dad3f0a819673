/// SplitMix64 (Steele et al., 2014): the same numbers in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// A pattern as a tree of its own, so that the second engine shares nothing with the first.
indirect enum Tree {
  case letter(Character)
  case any
  case both(Tree, Tree)
  case either(Tree, Tree)
  case star(Tree, isGreedy: Bool)
  case optional(Tree)
}

enum RandomPattern {
  static func node(_ generator: inout SplitMix, depth: Int) -> Tree {
    switch Int.random(in: 0..<(depth == 0 ? 3 : 9), using: &generator) {
    case 0: .letter("a")
    case 1: .letter("b")
    case 2: .any
    case 3, 4, 5: .both(node(&generator, depth: depth - 1), node(&generator, depth: depth - 1))
    case 6: .either(node(&generator, depth: depth - 1), node(&generator, depth: depth - 1))
    // What is repeated is never empty here: engines differ in how often nothing is repeated.
    case 7: .star(.letter("a"), isGreedy: Bool.random(using: &generator))
    default: .optional(node(&generator, depth: depth - 1))
    }
  }

  static func text(of tree: Tree) -> String {
    switch tree {
    case .letter(let letter): String(letter)
    case .any: "."
    case .both(let left, let right): text(of: left) + text(of: right)
    case .either(let left, let right): "(?:\(text(of: left))|\(text(of: right)))"
    case .star(let inner, let isGreedy): "(?:\(text(of: inner)))*\(isGreedy ? "" : "?")"
    case .optional(let inner): "(?:\(text(of: inner)))?"
    }
  }
}

/// Tries every way in order, as the textbooks say.
enum Backtracking {
  static func firstMatch(_ tree: Tree, _ text: [Character]) -> Range<Int>? {
    for start in 0...text.count {
      var end: Int?
      if follow(
        tree, text, start,
        {
          end = $0; return true
        }), let end
      {
        return start..<end
      }
    }
    return nil
  }

  private static func follow(_ tree: Tree, _ text: [Character], _ place: Int, _ then: (Int) -> Bool) -> Bool {
    switch tree {
    case .letter(let letter): place < text.count && text[place] == letter && then(place + 1)
    case .any: place < text.count && then(place + 1)
    case .both(let left, let right): follow(left, text, place) { follow(right, text, $0, then) }
    case .either(let left, let right): follow(left, text, place, then) || follow(right, text, place, then)
    case .optional(let inner): follow(inner, text, place, then) || then(place)
    case .star(let inner, true):
      follow(inner, text, place) { $0 > place && follow(tree, text, $0, then) } || then(place)
    case .star(let inner, false):
      then(place) || follow(inner, text, place) { $0 > place && follow(tree, text, $0, then) }
    }
  }
}
