import Addresses
import Glibc
import Settings
import Testing

struct Beacon: Equatable {
  var every: Duration
  var to: [Port]
  var note: String?

  static let format = Format<Beacon>.mapping { beacon in
    let every = beacon.required("every", .duration)
    let to = beacon.optional("to", .list(of: .port), default: [])
    let note = beacon.optional("note", .string)
    guard let every else { return nil }
    return Beacon(every: every, to: to, note: note)
  }
}

struct MappingTests {
  private let nested = Format<Beacon>.mapping { $0.required("beacon", Beacon.format) }

  @Test func readsARecord() throws {
    #expect(
      try value("every: 30s\nto: [tcp/1]\n", Beacon.format) == Beacon(every: .seconds(30), to: [.tcp(1)]))
  }

  @Test func collectsEveryMistakeWithPathAndPlace() {
    let text = """
      beacon:
        evry: 30s
        to:
          - tcp/1
          - tcp/x
        note: []
      """
    #expect(
      problems(text, nested) == [
        "f:2:3: field 'beacon': 'every' is missing; add 'every: …'",
        "f:2:3: field 'beacon.evry': not known here; did you mean 'every'?",
        "f:5:7: field 'beacon.to[1]': 'tcp/x' is not a port such as tcp/23",
        "f:6:9: field 'beacon.note': expected a text, found a list",
      ])
  }

  @Test func listsTheKnownKeysWhereNothingIsNear() {
    #expect(
      problems("{every: 1s, password: x}", Beacon.format)
        == ["f:1:13: field 'password': not known here; known: every, to, note"])
  }

  @Test func aKeyWithoutAValueIsAMistake() {
    #expect(
      problems("every:\n", Beacon.format)
        == [
          "f:1:7: field 'every': has no value; write a duration such as 30s, 5min, 2h or 1d, or remove the line"
        ])
    #expect(problems("every: 1s\nnote: ~\n", Beacon.format).count == 1)
  }

  @Test func aTextIsNoMapping() {
    #expect(
      problems("hello", Beacon.format) == ["f:1:1: expected a mapping of 'key: value' lines, found a text"])
  }

  @Test func warningsDoNotThrow() throws {
    let format = Format<String>.string.map { text, field in
      field.warn("is odd")
      return text
    }
    #expect(try value("a", format) == "a")
    #expect(
      try Node(yaml: "a", file: "f").check(format).diagnostics.map(\.description) == [
        "f:1:1: warning: is odd"
      ])
  }

  @Test func stopsAtAHundredMistakes() {
    let list = "[" + String(repeating: "x,", count: 500) + "]"
    #expect(problems(list, .list(of: .port)).count == 100)
  }

  @Test func suggestsOnlyWhatIsNear() {
    #expect(
      Suggestion(for: "recognize", among: ["recognise", "needs"]).sentence == "did you mean 'recognise'?")
    #expect(Suggestion(for: "tpc", among: ["tcp", "udp"]).sentence == "did you mean 'tcp'?")
    #expect(Suggestion(for: "colour", among: ["needs"]).sentence == "known: needs")
    #expect(
      Suggestion(for: String(repeating: "x", count: 100_000), among: ["needs"]).sentence == "known: needs")
  }
}

struct FileTests {
  @Test func saysWhyAFileCannotBeRead() {
    func refusal(_ path: String) -> String? {
      do {
        _ = try Node(contentsOf: path)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(
      refusal("/nonexistent/a.yaml")
        == "/nonexistent/a.yaml: cannot be opened: there is no such file; check the path")
    #expect(refusal("/tmp") == "/tmp: is a folder, not a file")
    #expect(refusal("/dev/zero") == "/dev/zero: is not a regular file")
  }

  @Test func readsFilesAndFolders() throws {
    var template = Array("/tmp/settings-XXXXXX".utf8CString)
    _ = try #require(mkdtemp(&template))
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for (name, text) in [("b.yaml", "every: 1s\n"), ("a.yaml", "x: 1\n"), ("c.txt", "")] {
      let file = try #require(fopen("\(folder)/\(name)", "w"))
      fputs(text, file)
      fclose(file)
    }
    #expect(try SettingsFile.names(in: folder, suffix: ".yaml") == ["a.yaml", "b.yaml"])
    #expect(try SettingsFile.names(in: folder + "/none", suffix: ".yaml") == [])
    #expect(try Node(contentsOf: "\(folder)/b.yaml").read(Beacon.format).every == .seconds(1))
    #expect(throws: SettingsError.self) { try SettingsFile.bytes(of: "\(folder)/b.yaml", limit: 3) }
    for name in ["a.yaml", "b.yaml", "c.txt"] { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }
}
