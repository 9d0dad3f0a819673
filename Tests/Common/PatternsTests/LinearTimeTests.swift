import Testing

@testable import Patterns

@Suite struct LinearTimeTests {
  @Test(
    "The worst patterns take no more than four visits an instruction and scalar",
    arguments: [
      "(a*)*b", "(a|aa)+$", "(a+)+b", "(?:a?){30}a{30}", "(.*)(.*)(.*)(.*)x", "([a-z]+)*=", "(x+x+)+y",
      "a{0,1000}b", "(?:.{0,100}a){5}c", "^(?:(?:a|b|ab)*)*$", "(?:(?:(?:a*)*)*)*b",
    ])
  func bounded(pattern: String) throws {
    let pattern = try Pattern(pattern)
    for length in [0, 1, 10, 100, 1000] {
      for unit in ["a", "x", "ab", "\n"] {
        let text = Array(String(repeating: unit, count: length).utf8)
        var steps = 0
        _ = pattern.firstMatch(in: text, steps: &steps)
        #expect(steps <= 4 * pattern.program.instructions.count * (text.count + 1))
      }
    }
  }

  @Test("Twice the text takes twice the steps")
  func grows() throws {
    let pattern = try Pattern("(a*)*b")
    let steps = [2000, 4000].map { length in
      var steps = 0
      _ = pattern.firstMatch(in: Array(repeating: 0x61, count: length), steps: &steps)
      return steps
    }
    #expect(steps[1] <= 2 * steps[0])
  }

  @Test(
    "The text that a pattern needs is found",
    arguments: [
      ("^SSH-\\d\\.\\d-Open(SSH)_", "-openssh_"), ("(?i)Apache/([\\d.]+)", "apache/"), ("foo|bar", ""),
      ("a?bc", "bc"), ("(?:abc)+d", "abc"), ("x[Yy]z", "xyz"), ("[ab]cd", "cd"), ("\\bfoo\\b bar", "foo bar"),
      ("é", ""), ("", ""),
    ])
  func literal(pattern: String, wanted: String) throws {
    #expect(try PatternOutline(pattern).requiredLiteral == Array(wanted.utf8))
  }
}
