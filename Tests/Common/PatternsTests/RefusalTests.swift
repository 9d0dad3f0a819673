import Testing

@testable import Patterns

@Suite struct RefusalTests {
  @Test(
    "What no linear-time matcher has is refused by name and place",
    arguments: [
      ("a(?=b)", "look-ahead", 1), ("(?!b)", "look-ahead", 0), ("x(?<=b)", "look-behind or a named group", 1),
      ("(?<n>b)", "look-behind or a named group", 0), ("(?>a)", "an atomic group", 0),
      ("(a)\\1", "a back-reference", 3), ("a++", "a possessive quantifier", 2),
      ("[a&&b]", "an intersection", 2),
      ("\\p{L}", "the escape \\p", 0), ("(?x)a", "the flag x", 2),
    ])
  func unsupported(pattern: String, what: String, position: Int) {
    #expect(throws: PatternError(reason: .unsupported(what), position: position)) { try Pattern(pattern) }
  }

  @Test(
    "What is no pattern is refused with its place",
    arguments: [
      ("(a", .unfinished, 0), ("a)", .misplaced, 1), ("[a", .unfinished, 0), ("a\\", .unfinished, 1),
      ("*a", .misplaced, 0), ("a|?", .misplaced, 2), ("[z-a]", .badRange, 2), ("a{3,2}", .badRange, 1),
      ("\\x{110000}", .badRange, 0), ("\\xg", .unfinished, 0), ("(?i", .unfinished, 0),
      ("(?#", .unfinished, 0),
    ] as [(String, PatternError.Reason, Int)])
  func malformed(pattern: String, reason: PatternError.Reason, position: Int) {
    #expect(throws: PatternError(reason: reason, position: position)) { try Pattern(pattern) }
  }

  @Test(
    "A pattern that would grow beyond all bounds is refused before it does",
    arguments: [
      "x{1000}{1000}", "(?:x{1000}){1000}", "((((x{99}){99}){99}){99})", "x{1001}",
      "(?:(a)(b)(c)(d){900}){9}",
      String(repeating: "a", count: PatternLimits.source + 1), "((a{0,1000}){0,1000}){0,1000}",
      String(repeating: "()", count: 800) + "(?:a?){1000}",
    ])
  func tooLarge(pattern: String) {
    #expect { try Pattern(pattern) } throws: { ($0 as? PatternError)?.reason == .tooLarge }
  }

  @Test(
    "A pattern that nests without end is refused", arguments: ["(", "(?:", "[", "(?i)a|(?i)", "(((((?i)"])
  func tooDeep(part: String) {
    let pattern = String(repeating: part, count: 500)
    #expect { try Pattern(pattern) } throws: { ($0 as? PatternError)?.reason == .tooDeep }
    #expect(throws: PatternError.self) { try Pattern("a" + String(repeating: "*", count: 1000)) }
  }

  @Test("Any bytes for a pattern end in a pattern or an error")
  func anyPattern() {
    var random = Dice(seed: 11)
    let signs = Array("ab()[]{}|*+?^$.\\-:1,9&i<=!#xud é\u{0}").map(String.init)
    for _ in 0..<20_000 {
      let source = (0..<random.next(14)).map { _ in signs[random.next(signs.count)] }.joined()
      do {
        let pattern = try Pattern(source)
        let match = pattern.firstMatch(in: Array("ab(9é)\n".utf8) + [0xff])
        #expect(match.map { $0[0] != nil } ?? true)
      } catch {
        #expect(error.position <= source.unicodeScalars.count)
      }
    }
  }
}
