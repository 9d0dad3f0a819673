import Glibc
import Profiles
import Settings
import Testing

struct LoadTests {
  @Test func aBrokenLocalProfileStopsNobody() throws {
    let folder = try TemporaryFolder()
    folder.write("camera-rtsp.yaml", FaultyProfile.good.replacing("id: x", with: "id: camera-rtsp"))
    folder.write("mine.yaml", FaultyProfile.good.replacing("id: x", with: "id: mine"))
    folder.write("broken.yaml", "id: [\n")
    folder.write("notes.txt", "not a profile")
    let (set, diagnostics) = ProfileSet.load(shipped: profileFolder, local: folder.path)
    #expect(diagnostics.map(\.mark.file) == ["\(folder.path)/broken.yaml"])
    #expect(set["camera-rtsp"]?.author == .local && set["mine"]?.author == .local && set["broken"] == nil)
    #expect(set.profiles.count == shipped.set.profiles.count + 1)
  }

  private static let hasPython = system("python3 -c 'import jsonschema, yaml' 2>/dev/null") == 0

  @Test(.enabled(if: hasPython, "python3 with jsonschema and PyYAML"))
  func theSchemaAgrees() throws {
    let folder = try TemporaryFolder()
    var expected: [String: String] = [:]
    for (index, faulty) in FaultyProfile.all.enumerated() {
      folder.write("f\(index).yaml", faulty.text)
      expected["f\(index).yaml"] = faulty.breaksSchema ? "bad" : "ok"
    }
    folder.write("good.yaml", FaultyProfile.good)
    expected["good.yaml"] = "ok"
    for profile in shipped.set.profiles { expected["\(profile.id).yaml"] = "ok" }
    let script = repository + "/Tests/Common/ProfilesTests/check_schema.py"
    let command =
      "python3 '\(script)' '\(profileFolder)/profile.schema.json' '\(profileFolder)'/*.yaml '\(folder.path)'/*.yaml"
    let pipe = try #require(popen(command, "r"))
    var answered: [String: String] = [:]
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, pipe) != nil {
      let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        .split { $0 == " " || $0 == "\n" }.map(String.init)
      if words.count == 2 { answered[words[1]] = words[0] }
    }
    #expect(pclose(pipe) == 0)
    #expect(answered.count == expected.count)
    for (name, answer) in expected { #expect(answered[name] == answer, "\(name)") }
  }
}

/// A folder that is gone after its test.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/profiles-XXXXXX".utf8CString)
    _ = try #require(mkdtemp(&template))
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private var names: [String] = []

  func write(_ name: String, _ text: String) {
    guard let file = fopen("\(path)/\(name)", "w") else { return }
    fputs(text, file)
    fclose(file)
    names.append(name)
  }

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }
}
