import Testing

@testable import Patterns

/// The text of a group of the first match, or `nil`.
func found(_ pattern: String, in text: String, group: Int = 0, options: PatternOptions = []) throws -> String?
{
  let bytes = Array(text.utf8)
  let match = try Pattern(pattern, options: options).firstMatch(in: bytes)
  return match?[group].map { String(decoding: bytes[$0], as: UTF8.self) }
}

@Suite struct PatternTests {
  @Test(
    "The leftmost match is found, with the preferences of a backtracking matcher",
    arguments: [
      ("a|ab", "xab", "a"), ("ab|a", "xab", "ab"), ("(?:a|ab)(?:c|bcd)", "abcd", "abcd"),
      ("a+", "baaa", "aaa"), ("a+?", "baaa", "a"), ("<.*>", "<a><b>", "<a><b>"), ("<.*?>", "<a><b>", "<a>"),
      ("a{2}", "aaaa", "aa"), ("a{2,}", "aaaa", "aaaa"), ("a{2,3}", "aaaa", "aaa"), ("a{2,3}?", "aaaa", "aa"),
      ("a{,2}b", "aaab", "aab"), ("a{2}?b", "ab b", "b"), ("x{,}", "x{,}", "x{,}"), ("a{b", "a{b", "a{b"),
      ("", "abc", ""), ("b*", "abb", ""), ("(?:)*b", "ab", "b"), ("(?:a|b)*?c", "abac", "abac"),
    ])
  func preference(pattern: String, text: String, wanted: String) throws {
    #expect(try found(pattern, in: text) == wanted)
  }

  @Test(
    "Classes and escapes hold what Ruby's hold",
    arguments: [
      ("[a-c]+", "xabcd", "abc"), ("[^a-c]+", "abxd", "xd"), ("[]a]+", "a]", "a]"), ("[a-]+", "-a-", "-a-"),
      ("[\\d.-]+", "v1.2-3", "1.2-3"), ("[[:alpha:]_]+", "1a_b2", "a_b"), ("[a[bc]]+", "xcab", "cab"),
      ("\\w+", "-é_9z", "_9z"), ("\\D+", "1ab2", "ab"), ("\\S+", " ab ", "ab"), ("\\h+", "xyFfg", "Ff"),
      ("\\x41\\x{42}\\u0043", "ABC", "ABC"), ("\\x9z", "a\tz", "\tz"), ("a\\/b\\-c", "a/b-c", "a/b-c"),
      ("\\t\\r\\n\\v\\f", "\t\r\n\u{b}\u{c}", "\t\r\n\u{b}\u{c}"), (".", "\né", "é"), ("[^x]", "x\n", "\n"),
      ("日本+", "日本本", "日本本"), ("[а-я]+", "Привет", "ривет"), ("[\\b]", "a\u{8}", "\u{8}"),
    ])
  func classes(pattern: String, text: String, wanted: String) throws {
    #expect(try found(pattern, in: text) == wanted)
  }

  @Test(
    "Anchors see lines, words and the ends of the text",
    arguments: [
      ("^b", "a\nb", true), ("a$", "a\nb", true), ("\\Ab", "a\nb", false), ("a\\z", "a\n", false),
      ("a\\Z", "a\n", true), ("a\\Z", "a\n\n", false), ("a$", "a\r\n", false), ("^$", "a\n", false),
      ("^$", "a\n\nb", true), ("\\bat\\b", "an at!", true), ("\\bat\\b", "cat", false), ("\\Bt", "at", true),
    ])
  func anchors(pattern: String, text: String, isFound: Bool) throws {
    #expect(try (found(pattern, in: text) != nil) == isFound)
  }

  @Test(
    "Flags count from where they stand to the end of their group",
    arguments: [
      ("(?i)abc", "xABC", "ABC"), ("a(?i)b", "aB", "aB"), ("a(?i)b", "AB", nil), ("(?i:a)b", "Ab", "Ab"),
      ("(?i:a)b", "AB", nil), ("(a(?i)b)c", "aBC", nil), ("(?i)a(?-i)b", "Ab", "Ab"),
      ("(?i)a(?-i)b", "AB", nil),
      ("a(?i)b|c", "aC", "aC"), ("(?m)a.b", "a\nb", "a\nb"), ("(?s)a.b", "a\nb", "a\nb"),
      ("a.b", "a\nb", nil),
      ("(?mi)A.b", "a\nB", "a\nB"), ("^(?i)straße", "STRAßE", "STRAßE"), ("(?i)ÉTÉ", "été", "été"),
      ("(?i)[a-f]+", "xCAFE", "CAFE"), ("(?i)[^a]", "Ab", "b"), ("(?i)привет", "ПРИВЕТ", "ПРИВЕТ"),
    ] as [(String, String, String?)])
  func flags(pattern: String, text: String, wanted: String?) throws {
    #expect(try found(pattern, in: text) == wanted)
  }

  @Test("Options are flags for the whole pattern")
  func options() throws {
    #expect(try found("a.b", in: "A\nB", options: [.ignoringCase, .dotMatchesNewline]) == "A\nB")
    #expect(try found("(?-i)a", in: "A", options: .ignoringCase) == nil)
  }

  @Test("Groups hold what they captured last, and nothing where they took no part")
  func groups() throws {
    #expect(try found("(\\d+)\\.(\\d+)", in: "v12.34", group: 1) == "12")
    #expect(try found("(\\d+)\\.(\\d+)", in: "v12.34", group: 2) == "34")
    #expect(try found("(?:(a)|b)+", in: "ab", group: 1) == "a")
    #expect(try found("(?:(a)|(b))c", in: "bc", group: 1) == nil)
    #expect(try found("(a*)*", in: "b", group: 1) == "")
    #expect(try found("((a)|b){2}", in: "ab", group: 1) == "b")
    #expect(try found("(a)", in: "a", group: 2) == nil)
    #expect(try found("(a)", in: "a", group: -1) == nil)
  }

  @Test("A byte that is no UTF-8 counts as the scalar of its number")
  func bytes() throws {
    let match = try Pattern("\\x00\\xff(.)\\x80").firstMatch(in: [0x61, 0x00, 0xff, 0xc3, 0x80])
    #expect(match == nil, "c3 80 is one scalar")
    #expect(try Pattern("\\xff(.)\\x84").firstMatch(in: [0xff, 0xed, 0x84])?[1] == 1..<2)
    #expect(try Pattern("^.{3}$").firstMatch(in: [0xf0, 0x9f, 0x98]) != nil)
    #expect(try Pattern("^.$").firstMatch(in: [0xf0, 0x9f, 0x98, 0x80]) != nil)
    #expect(try Pattern("^.{3}$").firstMatch(in: [0xed, 0xa0, 0x80]) != nil, "a surrogate is no scalar")
    #expect(try Pattern("^..$").firstMatch(in: [0xc0, 0x80]) != nil, "too long a form")
  }
}
