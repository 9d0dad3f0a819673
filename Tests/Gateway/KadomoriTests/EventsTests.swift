import BrokerFixture
import Foundation
import SiteFixture
import Testing

/// What happened is told from the disk, whatever has become of the rest.
@Suite struct EventsTests {
  private static let program = Site.program("kadomori")

  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    mkdir(directory.path + "/state", 0o700)
    mkdir(directory.path + "/firewall", 0o700)
  }

  private func event(_ time: String, _ subject: String, _ what: String, _ more: String = "") -> String {
    "{\"time\":\"\(time)\",\"clock_synced\":true,\"boot_id\":\"b\",\"uptime_ms\":1,\"subject\":\"\(subject)\",\"what\":\"\(what)\"\(more)}\n"
  }

  private func events(_ words: String..., locale: String = "C.UTF-8", errors: Bool = true) throws -> (
    status: CInt, text: String
  ) {
    try run(
      "env",
      [
        "LC_ALL=\(locale)", "KADOMORI_FIREWALL_STATE=\(directory.path)/firewall", Self.program, "events",
        "--state",
        directory.path + "/state",
      ] + words, in: directory, errors: errors)
  }

  private func writeSome() throws {
    try directory.write(
      "state/events.jsonl",
      event("2026-11-22T10:00:00Z", "agent", "started", ",\"reason\":\"power\"")
        + event(
          "2026-11-22T10:05:00Z", "device", "appeared",
          ",\"interface\":\"lan0\",\"device\":\"dev-aaaaaaaaaaaaaaaa\",\"address\":\"192.0.2.9\",\"kind\":\"camera\""
        )
        + event(
          "2026-11-22T10:05:00Z", "finding", "opened",
          ",\"interface\":\"lan0\",\"check\":\"telnet-open\",\"severity\":\"high\",\"port\":\"tcp/23\",\"address\":\"192.0.2.9\",\"id\":\"telnet-open:dev-aaaaaaaaaaaaaaaa:tcp/23\""
        )
        + event("2026-11-22T12:00:00Z", "closing", "applied", ",\"id\":\"cl-aaaaaaaa\",\"number\":1")
        + event("2026-11-22T13:00:00Z", "agent", "stopped"))
  }

  @Test func `the newest is last, with closings that were made while no agent ran`() throws {
    try writeSome()
    func change(_ number: Int, _ name: String, _ time: String) -> String {
      "{\"number\":\(number),\"event\":\"\(name)\",\"time\":\"\(time)\",\"boot_id\":\"b\",\"uptime_ms\":5,\"id\":\"cl-aaaaaaaa\",\"target\":{\"side\":\"wan\",\"place\":\"gateway\",\"port\":\"tcp/23\"}}\n"
    }
    try directory.write(
      "firewall/changes.jsonl",
      change(1, "applied", "2026-11-22T12:00:00Z") + change(2, "undone", "2026-11-22T14:00:00Z"))
    let told = try events()
    let lines = told.text.split(separator: "\n")
    #expect(told.status == 0 && lines.count == 6, "\(told.text)")
    #expect(lines[0].hasPrefix("2026-11-22T10:00:00Z") && lines[0].contains("agent started (power)"))
    #expect(lines[1].contains("lan0: new device camera 192.0.2.9"), "\(lines[1])")
    #expect(lines[2].contains("[high]") && lines[2].contains("192.0.2.9 tcp/23"), "\(lines[2])")
    #expect(
      lines[5].contains("14:00:00Z") && lines[5].contains("opened again tcp/23 cl-aaaaaaaa"), "\(lines[5])")
    let japanese = try events(locale: "ja_JP.UTF-8").text
    #expect(japanese.contains("新しい機器 カメラ") && japanese.contains("エージェントが起動"), "\(japanese)")
    let document = try events("--json", errors: false).text
    #expect(try Schemas.faults(of: document, by: "happenings") == "")
  }

  @Test func `only what is asked for is told`() throws {
    try writeSome()
    #expect(try events("--since", "2026-11-22T12:00:00Z").text.split(separator: "\n").count == 2)
    #expect(try events("--since", "90s").text == "nothing has been noted yet\n")
    let wrong = try events("--since", "yesterday")
    #expect(wrong.status == 64 && wrong.text.contains("--since"), "\(wrong.text)")
  }

  @Test func `damaged lines and texts that steer a terminal do no harm`() throws {
    try directory.write(
      "state/events.jsonl",
      "{\"time\":\n\u{1b}[2J nonsense\n"
        + event("2026-11-22T10:00:00Z", "scan", "failed", ",\"reason\":\"\\u001b[31mred\\u009b\"")
        + event("2026-11-22T10:00:00Z", "weather", "rain")
        + event("2026-11-22T10:00:00Z", "device", "danced") + "{\"time\":\"2026-")
    let told = try events()
    #expect(
      told.status == 0 && told.text.contains("4 lines") && told.text.contains("device danced"), "\(told.text)"
    )
    #expect(!told.text.unicodeScalars.contains { $0.value == 0x1b || $0.value == 0x9b })
  }

  /// Waits for what a child that follows has written.
  @Test(.timeLimit(.minutes(1))) func `what happens while it is followed is told, until Ctrl-C`() throws {
    try writeSome()
    let child = try ChildProgram(
      "env",
      [
        "KADOMORI_FIREWALL_STATE=\(directory.path)/firewall", Self.program, "events", "--follow", "--json",
        "--state",
        directory.path + "/state",
      ], output: directory.path + "/followed")
    func until(_ words: String) {
      while !directory.read("followed").contains(words) { usleep(20_000) }
    }
    until("stopped")
    try directory.write(
      "state/events.jsonl",
      directory.read("state/events.jsonl") + event("2026-11-22T15:00:00Z", "page", "paired"))
    until("paired")
    child.signal(SIGINT)
    #expect(child.wait() == 130)
    let lines = directory.read("followed").split(separator: "\n")
    #expect(lines.count == 6, "\(lines)")
    for line in lines { #expect(try Schemas.faults(of: String(line), by: "happenings") == "") }
  }
}
