import Testing

@testable import Patterns

@Suite struct DifferentialTests {
  @Test("Matches and groups are those of a backtracking matcher", arguments: 0..<8)
  func agrees(seed: Int) throws {
    var dice = Dice(seed: UInt64(seed))
    var matches = 0
    for _ in 0..<3000 {
      let source = Self.pattern(&dice, depth: 3)
      let text = (0..<dice.next(9)).map { _ in [UInt8(0x61), 0x62, 0x63, 0x0a][dice.next(4)] }
      let outline = try PatternOutline(source)
      let wanted = Backtracker(text: text).firstMatch(outline.root)
      let match = Pattern(outline).firstMatch(in: text)
      let place = "\(source.debugDescription) in \(String(decoding: text, as: UTF8.self).debugDescription)"
      #expect(match?[0]?.lowerBound == wanted?[0], "\(place)")
      guard let match, let wanted else { continue }
      matches += 1
      if let literal = Self.fold(outline.requiredLiteral) {
        #expect(Self.fold(text)?.contains(literal) ?? true, "\(place) lacks \(literal)")
      }
      guard !Self.loopsOverNothing(outline.root) else { continue }
      for group in 0...outline.groupCount {
        #expect(match[group] == Self.range(wanted, group), "group \(group) of \(place)")
      }
    }
    #expect(matches > 1000)
  }

  private static func fold(_ bytes: [UInt8]) -> String? {
    bytes.isEmpty ? nil : String(decoding: bytes.map(ASCII.lowercased), as: UTF8.self)
  }

  private static func range(_ slots: [Int: Int], _ group: Int) -> Range<Int>? {
    guard let start = slots[group * 2], let end = slots[group * 2 + 1], start <= end else { return nil }
    return start..<end
  }

  /// Whether it repeats what may be empty, where ours goes on and a backtracking matcher ends its loop.
  private static func loopsOverNothing(_ node: Node) -> Bool {
    switch node {
    case .empty, .scalar, .set, .assertion: false
    case .group(_, let body): loopsOverNothing(body)
    case .sequence(let parts), .choice(let parts): parts.contains(where: loopsOverNothing)
    case .repeated(let body, _, _, _): body.isNullable || loopsOverNothing(body)
    }
  }

  private static func pattern(_ dice: inout Dice, depth: Int) -> String {
    let atoms = [
      "a", "b", "c", "ab", ".", "[ab]", "[^a]", "\\w", "\\n", "^", "$", "\\b", "", "(?i:A)", "\\A", "\\z",
    ]
    guard depth > 0 else { return atoms[dice.next(atoms.count)] }
    let one = pattern(&dice, depth: depth - 1)
    switch dice.next(8) {
    case 0, 1, 2: return one + pattern(&dice, depth: depth - 1)
    case 3: return "(?:\(one)|\(pattern(&dice, depth: depth - 1)))"
    case 4, 5: return "(\(one))"
    default:
      let signs = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}?", "{2,}"]
      return "(?:\(one))" + signs[dice.next(signs.count)]
    }
  }
}
