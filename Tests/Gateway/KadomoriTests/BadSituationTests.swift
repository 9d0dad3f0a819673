import BrokerFixture
import Foundation
import SiteFixture
import Testing

@testable import kadomori

/// Every command of the tool in every bad situation: each ends with a documented code, and says why.
@Suite(.serialized) struct BadSituationTests {
  private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
  private static let program = Site.program("kadomori")

  /// What each command needs to be meant at all; a command that is not here makes the test fail.
  private static let arguments: [String: String] = [
    "scan": "--interface nosuch0", "devices": "", "status": "", "checks": "", "findings list": "",
    "findings accept": "x --reason why --until 9d --by me",
    "findings mute": "x --reason why --until 9d --by me",
    "findings reopen": "x", "explain": "telnet-open", "config check": "none.yaml",
    "profile lint": "none.yaml", "mud check": "none.json", "unenrol": "", "connect": "", "consent list": "",
    "enrol": "--collector 127.0.0.1:1 --token x", "consent grant": "close --by me",
    "consent withdraw": "close --by me", "exposures": "", "plan": "", "close": "cl-aaaaaaaa",
    "confirm": "plan-aaaaaaaa", "undo": "cl-aaaaaaaa", "closings": "", "indicators hits": "",
    "indicators load": "none.csv", "indicators clear": "", "setup": "--interface nosuch0", "net": "",
    "check": "",
    "profile list": "", "profile match": "", "profile test": "none.yaml", "profile rollback": "",
    "fix": "x", "report": "", "watch": "--count 1", "wait": "running --timeout 1s",
    "events": "", "page code": "", "page forget": "",
  ]
  /// The service and its helpers, which are no commands for people.
  private static let services: Set<String> = ["run", "firewall-helper", "hold-devices"]

  private struct Leaf {
    var name: String
    var options: Set<String>
  }

  /// Every command that does something, by what the program says of itself.
  private func leaves(in directory: TemporaryDirectory) throws -> [Leaf] {
    let told = try run(Self.program, ["--experimental-dump-help"], in: directory, errors: false)
    let document = try #require(
      JSONSerialization.jsonObject(with: Data(told.text.utf8)) as? [String: Any])
    func walk(_ command: [String: Any], _ path: [String]) -> [Leaf] {
      let children = (command["subcommands"] as? [[String: Any]] ?? []).filter {
        $0["commandName"] as? String != "help"
      }
      if children.isEmpty {
        let names = (command["arguments"] as? [[String: Any]] ?? []).flatMap { argument in
          (argument["names"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
        }
        return [Leaf(name: path.joined(separator: " "), options: Set(names))]
      }
      return children.flatMap { walk($0, path + [$0["commandName"] as? String ?? ""]) }
    }
    return walk(try #require(document["command"] as? [String: Any]), [])
  }

  @Test(.timeLimit(.minutes(5))) func `every command ends as documented, whatever is wrong`() throws {
    let directory = try TemporaryDirectory()
    let leaves = try leaves(in: directory).filter { !Self.services.contains($0.name) }
    #expect(Set(leaves.map(\.name)) == Set(Self.arguments.keys))
    let lines = leaves.map { leaf in
      let words = [leaf.name, Self.arguments[leaf.name] ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
      return "\(leaf.options.contains("config") ? "yes" : "no")\t\(words)\n"
    }
    let commands = try directory.write("commands", lines.joined())
    let result = try run(
      "unshare", ["-nm", "bash", Self.here + "/bad-situations.sh", Self.program, directory.path, commands],
      in: directory, errors: false)
    #expect(result.status == 0)
    let help = try run(Self.program, ["--help"], in: directory).text
    let documented = Set(help.matches(of: /(?m)^ +(\d+) {3,}\S/).compactMap { Int($0.output.1) })
    #expect(documented.contains(74) && documented.contains(2))
    var seen: Set<String> = []
    for line in result.text.split(separator: "\n") {
      let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      let (situation, command) = (parts[0], parts[1])
      let status = try #require(Int(parts[2]))
      seen.insert(situation)
      #expect(documented.contains(status), "\(line)")
      #expect(status == 0 || parts[4] != "0", "it says why: \(line)")
      #expect(parts[5] == "no", "no terminal, no colours: \(line)")
      switch situation {
      case "option": #expect(status == 64 && parts[3] == "0", "\(line)")
      case "full": #expect(status == 74, "\(line)")
      case "configuration":
        // What changes or judges nothing by it may go on with what it knows.
        let others = ["status", "watch", "report", "close", "fix", "indicators load"]
        #expect(status == 78 || others.contains { command.hasPrefix($0) }, "\(line)")
      default: break
      }
    }
    #expect(seen.count == 10, "\(seen)")
  }

  /// The interrupt key, on a terminal, as soon as something was said.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [(["watch"], "\u{1b}[?1049h"), (["watch", "--lines"], "agent:"), (["setup"], "LAN")])
  func `Ctrl-C ends it with 130, and gives the terminal back`(words: [String], mark: String) throws {
    let directory = try TemporaryDirectory()
    let paths = ["--state", directory.path + "/state", "--runtime", directory.path + "/run"]
    let config = ["--config", directory.path + "/kadomori.yaml"]
    let result = try terminal(directory, columns: 40, answers: "^C" + mark, words + paths + config)
    #expect(result.status == 130, "\(result)")
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/kadomori.yaml"))
    if words == ["watch"] {
      #expect(result.text.contains(mark) && result.text.hasSuffix("\u{1b}[?1049l"), "\(result.text)")
    }
  }

  /// Narrow, and in Japanese, whose characters are two columns wide.
  @Test(.timeLimit(.minutes(1)), arguments: ["ja_JP.UTF-8", "en_US.UTF-8"])
  func `a terminal of forty columns is not exceeded`(locale: String) throws {
    let directory = try TemporaryDirectory()
    try writePosture(directory)
    let state = ["--state", directory.path + "/state"]
    let config = ["--config", directory.path + "/none.yaml"]
    let finding = "telnet-open:dev-aaaaaaaaaaaaaaaa:tcp/23"
    for words in [
      ["net"] + config, ["check"], ["fix", finding] + config, ["watch", "--count", "1"] + config,
    ] {
      let result = try terminal(directory, columns: 40, answers: "", words + state, locale: locale)
      let text = result.text.replacing(/\u{1b}\[[?0-9;]*[a-zA-Z]/, with: "")
      #expect(text.contains(where: { $0.isLetter }), "\(words) \(result)")
      for line in text.split(whereSeparator: \.isNewline) where !line.contains("telnet-open:") {
        #expect(TextWidth.of(String(line)) <= 40, "\(words): \(line)")
      }
    }
  }

  private func terminal(
    _ directory: TemporaryDirectory, columns: Int, answers: String, _ words: [String],
    locale: String = "C.UTF-8"
  ) throws -> (status: CInt, text: String) {
    let environment = ["LC_ALL=", "LANG=\(locale)", "TERM=xterm", "KADOMORI_PROFILES=\(directory.path)"]
    return try run(
      "unshare",
      ["-n", "env"] + environment
        + ["python3", Self.here + "/on-terminal.py", "\(columns)", "24", answers, Self.program] + words,
      in: directory, errors: true)
  }

  private func writePosture(_ directory: TemporaryDirectory) throws {
    mkdir(directory.path + "/state", 0o700)
    try directory.write(
      "state/posture-lan0.json",
      """
      {"v":"1.0","scan":{"interface":"lan0","networks":["192.0.2.0/24"],"started":"2026-11-22T23:19:00Z",
      "duration_ms":1,"complete":true},"devices":[{"id":"dev-aaaaaaaaaaaaaaaa","addresses":["192.0.2.9"],
      "kind":"camera","confidence":0.9,"names":[],"services":[{"transport":"tcp","port":23,"protocol":"telnet"},
      {"transport":"tcp","port":80,"protocol":"http"}]}],"findings":[{"id":"telnet-open:dev-aaaaaaaaaaaaaaaa:tcp/23",
      "check":"telnet-open","severity":"high","device":"dev-aaaaaaaaaaaaaaaa","service":"tcp/23","evidence":{},
      "remedy":"turn-off"}]}
      """)
  }
}
