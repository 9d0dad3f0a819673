import Profiles
import Testing

struct TextMatchTests {
  @Test(arguments: [
    ("*", "", true), ("a*", "abc", true), ("a*", "ba", false), ("*c", "abc", true), ("a*c", "ac", true),
    ("a*a", "a", false), ("*b*", "abc", true), ("*水位*", "第2浄水場 水位監視", true), ("abc", "abc", true),
    ("abc", "abcd", false), ("a*b*c", "a-b-b-c", true), ("a*b*c", "a-c-b", false), ("NPI??", "NPI??", true),
    ("NPI??", "NPI12", false), ("a.c", "abc", false), ("[a]", "a", false), ("ab*bc", "abc", false),
  ])
  func globs(pattern: String, text: String, isMatch: Bool) {
    #expect(TextMatch(.glob, [pattern]).matches(text) == isMatch)
  }

  @Test func comparesInFourWays() {
    #expect(TextMatch(.equals, ["a", "b"]).matches("b"))
    #expect(!TextMatch(.equals, ["a"]).matches("A"))
    #expect(TextMatch(.equals, ["AÉ"], ignoresCase: true).matches("aé"))
    #expect(TextMatch(.contains, ["lighttpd"]).matches("x lighttpd/1.4"))
    #expect(TextMatch(.contains, ["aab"]).matches("aaaab"))
    #expect(TextMatch(.startsWith, ["CUPS/"]).matches("CUPS/2.4"))
    #expect(!TextMatch(.startsWith, ["CUPS/"]).matches("x CUPS/2.4"))
    #expect(!TextMatch(.contains, ["a"]).matches(""))
  }

  /// What a glob means, written as simply as can be.
  private func simple(_ pattern: Substring, _ text: Substring) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == "*" {
      return simple(pattern.dropFirst(), text) || (!text.isEmpty && simple(pattern, text.dropFirst()))
    }
    return text.first == first && simple(pattern.dropFirst(), text.dropFirst())
  }

  @Test func agreesWithTheSimpleMeaning() {
    var chance = ScriptedChance(seed: 11)
    func word(_ letters: [Character], _ longest: Int) -> String {
      String(
        (0..<Int.random(in: 0...longest, using: &chance)).compactMap { _ in
          letters.randomElement(using: &chance)
        })
    }
    for _ in 0..<20_000 {
      let pattern = word(["a", "b", "*"], 8)
      let text = word(["a", "b"], 10)
      #expect(
        TextMatch(.glob, [pattern]).matches(text) == simple(pattern[...], text[...]), "\(pattern) \(text)")
      if !pattern.contains("*") {
        #expect(
          TextMatch(.contains, [pattern]).matches(text) == simple("*\(pattern)*", text[...]),
          "\(pattern) \(text)")
      }
    }
  }

  @Test func hostileTextIsReadInLinearTime() {
    let pattern = String(repeating: "*aaaaaaaaab", count: 18)
    let match = TextMatch(.glob, [pattern, pattern + "*", "*" + String(repeating: "a", count: 199) + "b"])
    let text = String(repeating: "a", count: 1 << 20)
    let clock = ContinuousClock()
    let spent = clock.measure {
      for _ in 0..<20 { #expect(!match.matches(text)) }
    }
    #expect(spent < .seconds(5))
  }
}
