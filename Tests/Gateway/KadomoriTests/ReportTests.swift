import Addresses
import BrokerFixture
import Foundation
import LocalPage
import Posture
import SiteFixture
import Testing
import Wording

@testable import kadomori

/// What somebody takes along: a page for the customer, and an archive for support.
@Suite struct ReportTests {
  private static let program = Site.program("kadomori")
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test func `whatever a device calls itself stays text`() {
    #expect(HTML.text("<b onload='x'>&\"") == "&lt;b onload=&#39;x&#39;&gt;&amp;&quot;")
    #expect(HTML.text("a\u{202e}b\u{0}c\u{1b}[2J\n") == "a b c [2J ")
    #expect(HTML.text("水位監視") == "水位監視")
  }

  /// Secrets in every text that a device, a person or a program can put somewhere.
  private enum Canary {
    static let words = [
      "comment", "userinfo", "payload", "journal", "environment", "subject", "name", "ssid", "person",
      "token",
    ].map { "CANARY\($0)" }
  }

  private func writeState() throws {
    let place = directory.path
    mkdir(place + "/state", 0o700)
    var device = Device(
      id: "dev-aaaaaaaaaaaaaaaa", mac: MACAddress("00:11:32:41:00:14"),
      addresses: [try #require(IPAddress("192.0.2.77"))], names: ["CANARYname", "<script>alert(1)</script>"],
      vendor: "CANARYname", kind: .camera, model: "SSID CANARYssid", firmware: "CANARYpayload",
      profile: "CANARYname",
      facts: [
        .mudURL: "https://user:CANARYuserinfo@mud.example/", .dhcpHostName: "CANARYname",
        .lldpDescription: "CANARYssid",
      ],
      services: [
        Service(
          port: .tcp(443), protocol: .http, tls: true, product: "CANARYpayload", version: "CANARYpayload",
          exposure: [.lan, .wan],
          facts: [
            .certificateSubject: "CN=CANARYsubject", .certificateIssuer: "O=CANARYsubject",
            .banner: "CANARYpayload",
            .title: "CANARYpayload", .location: "https://u:CANARYuserinfo@192.0.2.77/", .realm: "CANARYssid",
          ])
      ])
    device.evidence = [
      Clue(.saysItself, kind: .camera, vendor: "CANARYname", confidence: 0.9, detail: "CANARYpayload")
    ]
    let finding = Finding(
      check: "telnet-open", severity: .high, device: device.id, service: .tcp(443),
      evidence: Evidence(profile: "CANARYname"), remedy: "CANARYpayload")
    let scan = ScanFacts(
      interface: "wlCANARYssid", networks: [try #require(IPv4Network("192.0.2.0/24"))],
      started: WallTime(milliseconds: 1_800_000_000_000), durationMilliseconds: 5, complete: true)
    let report = PostureReport(scan: scan, devices: [device], findings: [finding])
    func write(_ name: String, _ value: some Encodable) throws {
      try directory.write("state/" + name, String(decoding: JSONEncoder().encode(value), as: UTF8.self))
    }
    try write("posture-wlCANARYssid.json", report)
    try write(
      "decisions.json",
      [
        Decision(
          finding: finding.id, kind: .accepted, by: "CANARYperson", reason: "CANARYperson",
          made: WallTime(milliseconds: 0), until: WallTime(milliseconds: 4_000_000_000_000), severity: .high)
      ])
    try directory.write("state/outbox", "CANARYpayload")
    try directory.write(
      "kadomori.yaml",
      "# CANARYcomment\nlan: [{interface: wlCANARYssid, exclude: [192.0.2.99]}]\n"
        + "broker: {host: CANARYjournal.invalid}\nmud: /CANARYuserinfo\n")
    let made = try run(
      "openssl",
      ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", place + "/state/gateway.key"],
      in: directory)
    #expect(made.status == 0)
    chmod(place + "/state/gateway.key", 0o600)
  }

  private var places: [String] {
    ["--state", directory.path + "/state", "--runtime", directory.path + "/run", "--config"]
      + [directory.path + "/kadomori.yaml", "--profiles", Site.profiles]
  }

  private func kadomori(_ words: String..., errors: Bool = true) throws -> (status: CInt, text: String) {
    try run(
      "unshare",
      ["-n", "env", "LC_ALL=C.UTF-8", "CANARY=CANARYenvironment", "TOKEN=CANARYtoken", Self.program] + words
        + places,
      in: directory, errors: errors)
  }

  private func check(_ words: String...) throws -> (status: CInt, text: String) {
    try run(
      Self.program, ["check", "--state", directory.path + "/state", "--profiles", Site.profiles] + words,
      in: directory, errors: false)
  }

  @Test(.timeLimit(.minutes(1))) func `nothing of a household is in an archive for support`() throws {
    try writeState()
    // An agent that runs has a journal, and says there whom it cannot reach.
    let agent = try ChildProgram(
      "unshare", ["-n", "env", "LC_ALL=C.UTF-8", Self.program, "run"] + places,
      output: directory.path + "/journal")
    defer { agent.kill(SIGTERM) }
    for _ in 0..<2400 where !directory.read("journal").contains("CANARYjournal") { poll(nil, 0, 25) }
    #expect(directory.read("journal").contains("CANARYjournal"))

    try watchesAndWaits()
    let file = directory.path + "/bundle.tar"
    let unasked = try kadomori("report", "--bundle", file)
    #expect(
      unasked.status == 64 && !FileManager.default.fileExists(atPath: file), "it is shown before, and asked")
    let shown = try kadomori("report", "--bundle", file, "--yes", "--json", errors: false)
    #expect(shown.status == 0)
    #expect(try Schemas.faults(of: shown.text, by: "support-bundle") == "", "every field is on the list")

    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    let text = String(decoding: bytes, as: UTF8.self)
    let key = directory.read("state/gateway.key").split(separator: "\n")[1]
    for secret in Canary.words + [
      "192.0.2.", "00:11:32", "wlCANARY", "mud.example", "dev-aaaaaaaa", String(key),
    ] {
      #expect(!text.contains(secret) && !shown.text.contains(secret), "\(secret) is in the archive")
    }
    // The search can find something.
    #expect(text.contains("\"kind\" : \"camera\"") && text.contains("\"port\" : 443"))
    #expect(text.contains("kadomori-support/manifest.json"))

    // The same thing has the same name throughout one archive, and another one in the next.
    let names = Set(text.matches(of: /"dev-[a-z2-7]{8}"/).map { String($0.output) })
    #expect(names.count == 1, "device and finding agree")
    let next = directory.path + "/next.tar"
    #expect(try kadomori("report", "--bundle", next, "--yes").status == 0)
    let other = String(decoding: try Data(contentsOf: URL(fileURLWithPath: next)), as: UTF8.self)
    #expect(names.allSatisfy { !other.contains($0) })

    let listed = try run("tar", ["--list", "--verbose", "--file", file], in: directory)
    #expect(
      listed.status == 0 && listed.text.split(separator: "\n").allSatisfy { $0.hasPrefix("-rw-------") })
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let again = try kadomori("report", "--bundle", file, "--yes")
    #expect(again.status == 74 && again.text.contains("is not replaced"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == bytes)
    symlink(directory.path + "/elsewhere", directory.path + "/link.tar")
    #expect(try kadomori("report", "--bundle", directory.path + "/link.tar", "--yes").status == 74)
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/elsewhere"))
  }

  /// Beside the same agent: what it is can be waited for and watched.
  private func watchesAndWaits() throws {
    let places = ["--state", directory.path + "/state", "--runtime", directory.path + "/run"]
    let running = try run(
      Self.program, ["wait", "running", "--timeout", "30s", "--json"] + places, in: directory)
    #expect(running.status == 0, "\(running.text)")
    #expect(try Schemas.faults(of: running.text, by: "agent-status") == "")
    let connected = try run(Self.program, ["wait", "connected", "--timeout", "1s"] + places, in: directory)
    #expect(connected.status == 75 && connected.text.contains("within 1s"), "\(connected.text)")
    let line = try run(
      Self.program, ["watch", "--count", "1", "--json"] + places, in: directory, errors: false)
    #expect(line.text.split(separator: "\n").count == 1)
    #expect(try Schemas.faults(of: line.text, by: "agent-status") == "")
    let told = try run(
      Self.program, ["watch", "--count", "1"] + places, in: directory, errors: false)
    #expect(told.status == 0 && told.text.contains("Z  ") && !told.text.contains("\u{1b}"), "\(told.text)")
  }

  @Test(.timeLimit(.minutes(1))) func `no half of an archive is left on a full disk`() throws {
    try writeState()
    let disk = directory.path + "/disk"
    mkdir(disk, 0o700)
    #expect(mount("tmpfs", disk, "tmpfs", 0, "size=4k") == 0)
    defer { umount2(disk, 0) }
    for words in [
      ["report", "--bundle", disk + "/b.tar", "--yes"], ["report", "--output", disk + "/p.html"],
    ] {
      let result = try run("unshare", ["-n", Self.program] + words + places, in: directory)
      #expect(result.status == 74 && result.text.contains("No space left"), "\(result.text.suffix(200))")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: disk).isEmpty)
  }

  @Test(.timeLimit(.minutes(1)), arguments: Language.allCases)
  func `the page for the customer takes nothing from elsewhere and runs nothing`(language: Language) throws {
    try writeState()
    unlink(directory.path + "/state/decisions.json")
    let page = try kadomori("report", "--language", language.rawValue, errors: false)
    #expect(page.status == 0)
    #expect(page.text.contains("<html lang=\"\(language.rawValue)\">") && page.text.contains("<svg"))
    // What a device says of itself is shown as text, and nothing else on the page can do anything.
    #expect(page.text.contains("SSID CANARYssid") && !page.text.contains("<script"))
    for part in ["http-equiv=\"refresh\"", "src=", "href=", "url(", "@import", "onload", "javascript:"] {
      #expect(!page.text.contains(part), "\(part)")
    }
    let parsed = try run(
      "python3", ["-c", Self.wellFormed, try directory.write("page.html", page.text)], in: directory)
    #expect(parsed.status == 0 && parsed.text == "balanced\n", "\(parsed.text)")
    let title = language == .ja ? "古い遠隔操作の入口" : "An old door for remote control"
    #expect(page.text.contains(title) && page.text.contains("class=\"letter bad\""))
    let json = try kadomori("report", "--language", language.rawValue, "--json", errors: false)
    #expect(try Schemas.faults(of: json.text, by: "report") == "")
    let check = try self.check("--json")
    #expect(try check.status == 4 && Schemas.faults(of: check.text, by: "check") == "", "\(check.text)")
    #expect(try self.check("--fail-on", "critical").status == 0)
  }

  /// Every tag that is opened is closed, in order, by Python's reader of HTML.
  private static let wellFormed = """
    import html.parser, sys
    class Reader(html.parser.HTMLParser):
        open = []
        def handle_starttag(self, tag, attrs):
            if tag not in ("meta",):
                self.open.append(tag)
        def handle_startendtag(self, tag, attrs):
            pass
        def handle_endtag(self, tag):
            assert self.open.pop() == tag, (tag, self.getpos())
    reader = Reader()
    reader.feed(open(sys.argv[1], encoding="utf-8").read())
    assert not reader.open, reader.open
    print("balanced")
    """
}
