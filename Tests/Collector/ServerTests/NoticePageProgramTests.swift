import BrokerFixture
import FleetContract
import Foundation
import LinuxIO
import MQTTClient
import Testing

/// Notices that a household can see to be real, over the collector's own broker with its certificates.
@Suite(.serialized, .timeLimit(.minutes(3))) struct NoticePageProgramTests {
  private static let finding = "telnet-open:dev-a:tcp/23"

  private func tell(_ provider: Provider, _ gateway: String, _ seq: Int, _ event: String) throws {
    let payload = """
      {"v":"1.0","gateway":"\(gateway)","seq":\(seq),"boot_id":"b","uptime_ms":1,"time":"\(Clocks.wall)",\
      "clock_synced":true,"kind":"finding","body":{"event":"\(event)","finding":{"id":"\(Self.finding)",\
      "check":"telnet-open","severity":"high","device":"dev-a","service":"tcp/23","evidence":{"protocol":"telnet"},\
      "remedy":"turn-off"}}}
      """
    #expect(try provider.publish(as: "one", "kadomori/v1/\(gateway)/evt/finding", payload) == 0)
    let word = event == "opened" ? /stage +detected since/ : /stage +closed since/
    try provider.wait { try provider.command("finding", gateway, Self.finding).text.contains(word) }
  }

  /// The configuration that sends, with these lines under `notices:`.
  private func file(_ provider: Provider, _ name: String, _ notices: String) throws -> String {
    let own = try String(contentsOfFile: provider.configuration, encoding: .utf8)
    try provider.directory.write(
      name, own + "state: \(provider.state)\nnotices:\n  letters: \(provider.directory.path)\n\(notices)")
    return provider.directory.path + "/" + name
  }

  private func note(_ message: MQTTReceived, _ gateway: String) throws -> NoteBody.Notice {
    let id = try #require(GatewayID(gateway))
    return try #require(try Envelope<NoteBody>(payload: message.payload, from: id).body.notice)
  }

  @Test func `a letter names the number that the page of the house shows, until all is well`() throws {
    let provider = try Provider()
    try provider.start()
    let gateway = try provider.gateway("one", group: "east")
    try tell(provider, gateway, 1, "opened")
    let list = try provider.directory.write(
      "contacts.csv", "gateway,channel,recipient,language\n\(gateway),letter,1-1 Chiyoda | Taro,en\n")
    try provider.done("notices", "contacts", list)
    #expect(try provider.command("notices", "queue", "--by", "page-safe").status == 64)
    #expect(
      try provider.done("notices", "queue", "--by", "letter", "--by", "page").contains("2 queued, 0 to wait"))
    #expect(try provider.done("notices", "queue", "--by", "page").contains("0 queued, 0 to wait"))

    // Nobody waits at the broker for what this gateway is told: the page will not show it, so no letter says so.
    let pages = try file(provider, "pages.yaml", "  page: true\n  page_address: 192.168.1.1:8476\n")
    let early = try provider.command("notices", "send", "--config", pages, "--by", "page")
    #expect(early.status == 0 && early.text == "1 queued", "\(early)")

    // By a household that is there, its number comes first, and the letter has the same.
    let home = try provider.connected("one")
    let topic = "kadomori/v1/\(gateway)/note/"
    try home.subscribe(topic + "+")
    let number = try #require(
      try JSONSerialization.jsonObject(
        with: Data(try provider.command("notices", "outbox", "--json").text.utf8)) as? [String: Any])
    #expect(try Schemas.faults(of: provider.command("notices", "outbox", "--json").text, by: "outbox") == "")
    let records = try #require(number["outbox"] as? [[String: Any]])
    let row = try #require(records.first { $0["channel"] as? String == "page" }?["number"] as? Int)
    #expect((records.first { $0["channel"] as? String == "page" }?["attempts"] as? Int) == 1)
    // It is tried again after five minutes; here somebody makes the clock of the outbox go faster.
    let hurried = try provider.run(
      "python3",
      [
        "-c",
        "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute('UPDATE notice_outbox SET due = 0 WHERE number = ?', (sys.argv[2],)); d.commit()",
        provider.state + "/fleet.sqlite", "\(row)",
      ])
    #expect(hurried.status == 0, "\(hurried)")
    let sent = try provider.command("notices", "send", "--config", pages)
    #expect(sent.status == 0 && sent.text == "2 sent", "\(sent)")
    let first = try home.wait { if case .message = $0 { true } else { false } }
    guard case .message(let message) = first else { return }
    let open = try note(message, gateway)
    #expect(open.state == .open && open.findings == [Self.finding])
    let letter = try #require(
      try FileManager.default.contentsOfDirectory(atPath: provider.directory.path)
        .first { $0.hasSuffix(".pdf") })
    let text = try provider.letter(letter).replacing("\n", with: " ")
    #expect(text.contains("The number of this notice is \(open.code)."), "\(text)")
    #expect(text.contains("192.168.1.1:8476") && text.contains("never ask for a password"))
    #expect(try provider.done("notices", "send", "--config", pages).contains("nothing is due"))
    // Only the letter told somebody.
    let life = try provider.done("finding", gateway, Self.finding)
    #expect(life.contains("by letter") && !life.contains("by page"), "\(life)")

    try tell(provider, gateway, 2, "closed")
    // Whoever published under the gateway's name ended its session.
    let again = try provider.connected("one")
    try again.subscribe(topic + "+")
    #expect(try provider.done("notices", "send", "--config", pages).contains("1 sent"))
    let second = try again.message(on: message.topic)
    let safe = try note(second, gateway)
    #expect(safe == NoteBody.Notice(state: .safe, findings: [Self.finding], code: open.code))
    #expect(try provider.done("notices", "send", "--config", pages).contains("nothing is due"))
    // The collector's own session is none the wiser.
    #expect(!provider.log.contains("not connected"), "\(provider.log)")
  }

  @Test func `no notice names a number that no page shows`() throws {
    let provider = try Provider()
    try provider.start()
    let gateway = try provider.gateway("one", group: "east")
    try tell(provider, gateway, 1, "opened")
    let list = try provider.directory.write(
      "contacts.csv", "gateway,channel,recipient,language\n\(gateway),letter,Taro,en\n")
    try provider.done("notices", "contacts", list)
    try provider.done("notices", "queue", "--by", "letter")
    let plain = try file(provider, "plain.yaml", "")
    #expect(try provider.command("notices", "send", "--config", plain, "--by", "page").status == 64)
    // The broker keeps nothing for a gateway that was never there; the letter waits for no page.
    let pages = try file(provider, "pages.yaml", "  page: true\n")
    #expect(try provider.done("notices", "send", "--config", pages) == "1 queued, 1 sent")
    #expect(try !provider.letter("notice-1.pdf").contains("number of this notice"))
    let wrong = try file(provider, "wrong.yaml", "  page: true\n  page_address: http://192.168.1.1/\n")
    let refused = try provider.command("notices", "send", "--config", wrong)
    #expect(refused.status != 0 && refused.said.contains("without 'http://'"), "\(refused)")
  }
}
