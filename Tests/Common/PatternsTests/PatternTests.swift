import Testing

@testable import Patterns

struct PatternTests {
  private func groups(_ pattern: String, _ text: String, _ options: Pattern.Options = []) throws -> [String?]?
  {
    let prepared = PatternText(text)
    return try Pattern(pattern, options: options).firstMatch(in: prepared)?.ranges.map {
      $0.map { prepared[$0] }
    }
  }

  @Test(
    arguments: [
      (
        "^SSH-([\\d.]+)-OpenSSH_([^ ]+)", "SSH-2.0-OpenSSH_9.2p1 Debian",
        ["SSH-2.0-OpenSSH_9.2p1", "2.0", "9.2p1"]
      ),
      ("a|ab", "ab", ["a"]), ("(?:a|ab)c", "abc", ["abc"]), ("(a+?)(a*)", "aaa", ["aaa", "a", "aa"]),
      ("(a*)(a+)", "aaa", ["aaa", "aa", "a"]), ("x{2,3}", "xxxx", ["xxx"]), ("x{2,3}?", "xxxx", ["xx"]),
      ("x{,2}y", "xxxy", ["xxy"]), ("a{b", "a{b", ["a{b"]), ("[]a]+", "]a]", ["]a]"]),
      ("[^\\s-]+", "a-b", ["a"]),
      ("[a\\-z]+", "-az", ["-az"]), ("[\\d-]+", "1-2", ["1-2"]), ("^b$", "a\nb\nc", ["b"]),
      ("\\Ab", "b", ["b"]),
      ("a.c", "a\nc", nil), ("(?m)a.c", "a\nc", ["a\nc"]), ("(?i)AbC", "xABCx", ["ABC"]),
      ("a(?i:B)c", "abc", ["abc"]), ("a(?i)b|C", "c", ["c"]), ("(?i:a)B", "AB", ["AB"]),
      ("(?i:a)B", "Ab", nil),
      ("\\bcat\\b", "a cat.", ["cat"]), ("\\bcat\\b", "cats", nil), ("(a)?b", "b", ["b", nil]),
      ("(?<year>\\d{4})", "in 2026", ["2026", "2026"]), ("\\x41\\u00e9\\x{1F600}", "Aé😀", ["Aé😀"]),
      ("[[:alpha:]]+", "12ab", ["ab"]), ("(a|b)*c", "abac", ["abac", "a"]), ("(a*)*b", "aab", ["aab", "aa"]),
      ("é+", "ÉÉ", nil), ("(?i)é+", "ÉÉ", ["ÉÉ"]), ("a\\z", "a\n", nil), ("a\\Z", "a\n", ["a"]),
      ("", "", [""]),
      ("ダム", "第一ダム", ["ダム"]),
    ] as [(String, String, [String?]?)])
  func matches(pattern: String, text: String, wanted: [String?]?) throws {
    #expect(try groups(pattern, text) == wanted)
  }

  @Test func flagsFromOutside() throws {
    #expect(try groups("ABC.", "abc\n", [.ignoresCase, .dotMatchesNewline]) == ["abc\n"])
    #expect(try groups("[A-C]+", "abc", .ignoresCase) == ["abc"])
    #expect(try groups("[^a]", "A", .ignoresCase) == nil)
  }

  @Test(arguments: [
    ("(a", PatternError.Reason.unbalanced), ("a)", .unbalanced), ("*a", .nothingToRepeat),
    ("[a", .unexpectedEnd),
    ("a\\", .unexpectedEnd), ("(?=a)", .notRegular), ("(?<!a)b", .notRegular), ("(a)\\1", .notRegular),
    ("[z-a]", .badRange), ("a{3,2}", .badRange), ("\\q", .unknownEscape),
    ("((a{1000}){1000}){1000}", .tooLarge),
    ("a{100000}", .tooLarge), (String(repeating: "(", count: 100), .tooDeep),
    (String(repeating: "a", count: 5000), .tooLong),
  ])
  func refused(pattern: String, reason: PatternError.Reason) {
    let error = #expect(throws: PatternError.self) { try Pattern(pattern) }
    #expect(error?.reason == reason)
  }

  /// What takes other engines longer than the universe has lasted.
  @Test(arguments: ["(a*)*b", "(a|a)*b", "(a+)+b", "(a|aa)+b", "(.*)(.*)(.*)(.*)(.*)x", "(a?){50}a{50}b"])
  func stepsAreLinear(pattern: String) throws {
    var parser = PatternParser(pattern, [])
    let program = Program(try parser.parse(), groups: parser.groups)
    for length in [100, 1000, 2000] {
      var machine = Machine(program)
      _ = machine.firstMatch(in: PatternText(String(repeating: "a", count: length)))
      #expect(machine.steps <= program.instructions.count * (length + 1))
    }
  }

  /// Random small patterns say what an engine says that tries every way.
  @Test func agreesWithOneThatTriesEveryWay() throws {
    var generator = SplitMix(state: 7)
    for _ in 0..<3000 {
      let node = RandomPattern.node(&generator, depth: 3)
      let source = RandomPattern.text(of: node)
      let pattern = try Pattern(source)
      for _ in 0..<4 {
        let text = String(
          (0..<Int.random(in: 0...7, using: &generator)).map { _ in
            ["a", "b", "c"].randomElement(using: &generator) ?? "a"
          }.joined())
        let found = pattern.firstMatch(in: PatternText(text))?.ranges[0]
        #expect(found == Backtracking.firstMatch(node, Array(text)), "/\(source)/ in \(text)")
      }
    }
  }

  @Test func noTextMakesTheReaderTrap() {
    var generator = SplitMix(state: 11)
    let parts = [
      "(", ")", "[", "]", "{", "}", "?", "*", "+", "|", "\\", "^", "$", "a", "-", "1", ",", ":", "i", "<",
      "é",
    ]
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 0...14, using: &generator)).map { _ in
        parts.randomElement(using: &generator) ?? "a"
      }.joined()
      if let pattern = try? Pattern(text) { _ = pattern.firstMatch(in: PatternText("a1-,:iA")) }
    }
  }
}
