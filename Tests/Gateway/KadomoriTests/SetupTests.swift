import Agent
import BrokerFixture
import Foundation
import Posture
import Settings
import SiteFixture
import Testing
import Wording

@testable import kadomori

/// Setting a gateway up: by questions, from flags, and again.
@Suite struct SetupTests {
  private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
  private static let program = Site.program("kadomori")

  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private var file: String { directory.path + "/kadomori.yaml" }

  private func read() throws -> AgentConfiguration { try AgentConfiguration.read(file) }

  @Test(arguments: [
    "lan: [{interface: lan0}]\n",
    """
    lan:
      - interface: 'we"ird\\'
        every: 90min
        exclude: [00:00:5e:00:53:01, 192.0.2.20, "2001:db8::9"]
        hold_after_power_loss: true
      - interface: lan1
    quiet_hours: ["22:00-06:00", "12:00-13:00"]
    limits: {packets_per_second: 100, devices_at_once: 3}
    broker: {host: "2001:db8::1", port: 8883}
    fingerprints: /usr/local/share/a b
    mud: /srv/mud
    pace_record: area-1.pace.isp.example
    home_assistant: {host: homeassistant.local, port: 1884, user: 'ka"do', password_file: /etc/a b, language: ja}
    local_page: {enabled: true, port: 8080}
    refuse_commands: [close, release]
    """,
  ])
  func `what is written is read back as the same`(text: String) throws {
    try directory.write("kadomori.yaml", text)
    let before = try read()
    try directory.write("kadomori.yaml", before.text)
    let after = try read()
    #expect(after == before && !before.isIdle)
  }

  /// Answers questions from a list, and keeps what was said.
  private final class Desk {
    var answers: [String]
    var said = ""
    init(_ answers: [String]) { self.answers = answers }
  }

  private func dialogue(
    _ answers: [String], present: String = "", ledger: ConsentLedger = ConsentLedger(),
    enrolled: String? = nil
  ) throws -> (wish: SetupWish?, said: String) {
    try directory.write("present.yaml", present)
    let desk = Desk(answers)
    let choices = [
      LANChoice(
        name: "lan0", addresses: ["192.168.7.1/24"], leadsOut: false, obstacle: nil, isRecommended: true),
      LANChoice(name: "wan0", addresses: [], leadsOut: true, obstacle: .noAddress, isRecommended: false),
    ]
    let wish = SetupDialogue(
      choices: choices, present: try AgentConfiguration.read(directory.path + "/present.yaml"),
      enrolledWith: enrolled, ledger: ledger, language: .en, say: { desk.said += $0 + "\n" },
      ask: { question in
        desk.said += question
        return desk.answers.isEmpty ? nil : desk.answers.removeFirst()
      }
    ).wish()
    return (wish, desk.said)
  }

  @Test func `no answer takes what is recommended, reports to nobody and allows nothing further`() throws {
    let (wish, said) = try dialogue(["", "", "", ""])
    #expect(wish == SetupWish(lans: ["lan0"], broker: nil, allowed: []))
    #expect(said.contains("(recommended)") && said.contains("leads to the Internet"))
  }

  @Test func `answers are taken by number and name, and wrong ones asked again`() throws {
    let (wish, said) = try dialogue(["7", "2, lan0", "not a host!", "broker.example:8883", "maybe", "y", "n"])
    #expect(wish?.lans == ["wan0", "lan0"] && wish?.allowed == [.close])
    #expect(wish?.broker == AgentConfiguration.Broker(host: "broker.example", port: 8883))
    #expect(said.contains("there is no '7'") && said.contains("please answer y or n"))
  }

  @Test func `who goes away in between has said nothing`() throws {
    for answers in [[], [""], ["", ""], ["", "", "y"]] { #expect(try dialogue(answers).wish == nil) }
  }

  @Test func `a gateway that is enrolled is not asked for a broker`() throws {
    let (wish, said) = try dialogue(["0", "", ""], enrolled: "collector.example")
    #expect(
      wish?.lans == [] && said.contains("Reports go to collector.example") && !said.contains("for nobody"))
  }

  /// Runs the program in a network namespace with a LAN, `lan0`, and nothing else.
  private func setup(_ words: String..., locale: String = "C.UTF-8") throws -> (status: CInt, text: String) {
    let place = directory.path
    let script =
      "ip link add lan0 type veth peer far0; ip link set far0 up; ip link set lan0 up; ip address add 192.168.7.1/24 dev lan0; exec \"$@\" </dev/null"
    return try run(
      "unshare",
      ["-n", "env", "LC_ALL=\(locale)", "sh", "-c", script, "sh", Self.program, "setup", "--config", file]
        + ["--state", place + "/state", "--runtime", place + "/run"] + words, in: directory)
  }

  @Test(.timeLimit(.minutes(1))) func `flags say all that questions ask, and a second time changes nothing`()
    throws
  {
    try directory.write("kadomori.yaml", "# what this file is for\n")
    let first = try setup(
      "--interface", "lan0", "--broker", "broker.example", "--allow", "close", "--by", "Sato")
    #expect(first.status == 0, "\(first.text)")
    let written = directory.read("kadomori.yaml")
    #expect(written.hasPrefix("# what this file is for\n"), "its comments stay")
    let configuration = try read()
    #expect(configuration.lans.map(\.interface) == ["lan0"] && configuration.broker?.port == 1883)
    #expect(directory.read("state/consents.json").contains("Sato"))

    let again = try setup(
      "--interface", "lan0", "--broker", "broker.example", "--allow", "close", "--by", "Sato")
    #expect(
      again.status == 0 && again.text.contains("says so already")
        && directory.read("kadomori.yaml") == written)

    let other = try setup("--interface", "lan0", "--broker", "other.example")
    #expect(
      other.status == 78 && other.text.contains("--replace") && directory.read("kadomori.yaml") == written)
    let dry = try setup("--interface", "lan0", "--broker", "other.example", "--replace", "--dry-run")
    #expect(dry.status == 0 && directory.read("kadomori.yaml") == written)
    let replaced = try setup("--interface", "lan0", "--broker", "other.example", "--replace", "--json")
    #expect(replaced.status == 0, "\(replaced.text)")
    #expect(try read().broker?.host == "other.example")
    let copies = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter {
      $0.contains(".before-")
    }
    #expect(copies.count == 1 && directory.read(copies.first ?? "") == written, "a copy stays")
  }

  @Test(.timeLimit(.minutes(1))) func `what cannot be meant is refused, and nothing is written`() throws {
    #expect(try setup().status == 64, "nobody can be asked")
    #expect(try setup("--interface", "nosuch0").status == 3)
    #expect(try setup("--interface", "lan0", "--broker", "a:b:c:1").status == 64)
    #expect(try setup("--allow", "scan").status == 64)
    let json = try setup("--interface", "lan0", "--dry-run", "--json")
    #expect(try json.status == 0 && Schemas.faults(of: json.text, by: "setup") == "", "\(json.text)")
    #expect(!FileManager.default.fileExists(atPath: file))
    mkdir(directory.path + "/state", 0o700)
    var ledger = ConsentLedger()
    ledger.add(
      ConsentLedger.Entry(
        .scan, "lan0", granted: false, .word, by: "Sato", time: WallTime(milliseconds: 0), clockSynced: true))
    try directory.write("state/consents.json", String(decoding: JSONEncoder().encode(ledger), as: UTF8.self))
    let withdrawn = try setup("--interface", "lan0")
    #expect(withdrawn.status == 77 && withdrawn.text.contains("Sato"), "\(withdrawn.text)")
    #expect(!FileManager.default.fileExists(atPath: file))
  }

  @Test(.timeLimit(.minutes(1))) func `on a terminal it asks, shows and does it after a yes`() throws {
    let place = directory.path
    func onTerminal(_ answers: String) throws -> (status: CInt, text: String) {
      let script =
        "ip link add lan0 type veth peer far0; ip link set far0 up; ip link set lan0 up; ip address add 192.168.7.1/24 dev lan0; exec \"$@\""
      let words = [
        Self.program, "setup", "--config", file, "--state", place + "/state", "--runtime", place + "/run",
      ]
      return try run(
        "unshare",
        ["-n", "env", "LC_ALL=", "LANG=ja_JP.UTF-8", "TERM=xterm", "sh", "-c", script, "sh", "python3"]
          + [Self.here + "/on-terminal.py", "40", "24", answers] + words, in: directory)
    }
    let refused = try onTerminal("\\n-\\nn\\nn\\nn\\n")
    #expect(refused.status == 1 && refused.text.contains("何も変更していません"), "\(refused.text)")
    #expect(!FileManager.default.fileExists(atPath: file))
    let done = try onTerminal("lan0\\n-\\nn\\nn\\ny\\n")
    #expect(done.status == 0 && done.text.contains("interface: \"lan0\""), "\(done.text)")
    #expect(try read().lans.map(\.interface) == ["lan0"])
  }
}
