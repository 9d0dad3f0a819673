import Settings
import Testing

/// What is wrong with `text` as a document, one line each.
func problems(_ text: String, limits: YAMLLimits = .standard) -> [String] {
  problems(Array(text.utf8), limits: limits)
}

func problems(_ bytes: [UInt8], limits: YAMLLimits = .standard) -> [String] {
  do {
    _ = try Node(yaml: bytes, file: "f", limits: limits)
    return []
  } catch {
    return error.diagnostics.map(\.description)
  }
}

struct ParseTests {
  @Test func keepsOrderStyleAndPlace() throws {
    let node = try Node(yaml: "b: 1\na:\n  - \"two\"\n  - {c: 水位, d: x}\n", file: "x")
    guard case .mapping(let entries) = node.content else {
      Issue.record("no mapping")
      return
    }
    #expect(entries.map(\.key) == ["b", "a"])
    #expect(entries[1].keyMark == Mark(file: "x", line: 2, column: 1))
    let items = try #require(node["a"]?.items)
    #expect(items[0] == Node(.scalar("two", .quoted), mark: Mark(file: "x", line: 3, column: 5)))
    #expect(
      items[1]["d"]?.mark == Mark(file: "x", line: 4, column: 16), "columns count characters, not bytes")
    #expect(node["b"] == Node(.scalar("1", .plain), mark: Mark(file: "x", line: 1, column: 4)))
  }

  @Test func readsJSONAndByteOrderMark() throws {
    let node = try Node(yaml: "\u{feff}{\"a\": [1, {\"b\": \"c\"}]}", file: "x")
    #expect(node["a"]?.items?[1]["b"]?.text == "c")
  }

  @Test(arguments: [
    ("", "f: the file is empty; write at least one 'key: value'"),
    ("# only a comment\n", "f: the file is empty; write at least one 'key: value'"),
    ("a: 1\nb: 2\na: 3\n", "f:3:1: key 'a' is written twice in this mapping; keep one"),
    ("a:\n\t- b\n", "f:2:1: a tab cannot indent; use spaces"),
    ("a: [1, 2\n", "f:2:1: the list that begins on line 1 is not closed with ']'"),
    ("a: {b: 1\n", "f:2:1: the mapping that begins on line 1 is not closed with '}'"),
    ("a: \"open\n", "f:2:1: the file ends inside the quoted text that begins on line 1"),
    ("a: b: c\n", "f:1:5: unexpected ':'; quote a text that holds ': ', or correct the indentation"),
    ("a: @b\n", "f:1:4: a text cannot begin with this character; put it in quotes"),
    ("a: &x 1\nb: *x\n", "f:1:4: anchors (&name) and tags (!name) are not accepted; write the plain value"),
    ("b: *x\n", "f:1:4: aliases (*name) are not accepted; write the value out"),
    (
      "a: !!python/object 1\n",
      "f:1:4: anchors (&name) and tags (!name) are not accepted; write the plain value"
    ),
    ("a: 1\n---\nb: 1\n", "f:2:1: a second document begins here; keep one document a file"),
    ("? [a]\n: 1\n", "f:1:3: a key must be a text; write it as 'key: value'"),
    ("a: 1\n  b: 2\n", "f:2:4: unexpected ':'; quote a text that holds ': ', or correct the indentation"),
    ("a: 1\nb\n", "f:2:1: expected 'key: value'; the ':' is missing after this key"),
    (
      "a:\n  - 1\n b: 2\n",
      "f:3:2: expected 'key: value' here; check the indentation of the mapping that begins on line 1"
    ),
  ])
  func saysWhatIsWrong(text: String, line: String) {
    #expect(problems(text) == [line])
  }

  @Test func pointsAtBytesThatAreNoText() {
    #expect(
      problems(Array("a: 1\nb: ".utf8) + [0xff, 0x0a])
        == ["f:2:4: invalid UTF-8; the file is damaged or in another encoding: save it as UTF-8"])
    #expect(problems("a: 水\0") == ["f:1:5: a NUL byte; the file is damaged or not a text"])
    #expect(problems("a: \u{1b}[31m") == ["f:1:4: control character U+001B; remove it"])
    #expect(problems([0xff, 0xfe, 0x61, 0]) == ["f:1:1: the file is UTF-16; save it as UTF-8"])
  }

  @Test func truncationIsAnErrorOrAShorterDocument() {
    let text = "a: \"水\"\nb: {c: [1, 2]}\n"
    for length in 0..<text.utf8.count {
      let lines = problems(Array(text.utf8.prefix(length)))
      #expect(lines.count <= 1)
    }
    #expect(problems(Array(text.utf8.prefix(5)))[0].contains("invalid UTF-8"))
  }

  @Test func reportsSeveralDuplicates() {
    #expect(problems("a: 1\na: 2\nb: {c: 1, c: 2}\n").count == 2)
  }

  @Test func holdsItsLimits() {
    let limits = YAMLLimits(bytes: 400, depth: 4, nodes: 50)
    #expect(problems("[[[[1]]]]", limits: limits).isEmpty)
    #expect(problems("[[[[[1]]]]]", limits: limits) == ["f:1:5: nested more than 4 levels deep; flatten it"])
    #expect(
      problems("[" + String(repeating: "1,", count: 60) + "]", limits: limits)
        == ["f:1:100: more than 50 values; split the file"])
    #expect(
      problems(String(repeating: "#", count: 401), limits: limits)
        == ["f: the file has 401 bytes; at most 400 are read"])
  }
}
