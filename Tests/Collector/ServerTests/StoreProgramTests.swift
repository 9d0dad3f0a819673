import BrokerFixture
import Foundation
import LinuxIO
import Testing

/// Backup, restore, export, import and erasure as an operator does them.
@Suite(.serialized, .timeLimit(.minutes(2))) struct StoreProgramTests {
  private func tell(_ provider: Provider, _ name: String, _ gateway: String, _ seq: Int) throws {
    let payload = """
      {"v":"1.0","gateway":"\(gateway)","seq":\(seq),"boot_id":"b","uptime_ms":1,"time":"\(Clocks.wall)",\
      "clock_synced":true,"kind":"device","body":{}}
      """
    #expect(try provider.publish(as: name, "kadomori/v1/\(gateway)/evt/device", payload) == 0)
    try provider.wait { try events(provider, gateway) >= seq }
  }

  private func events(_ provider: Provider, _ gateway: String) throws -> Int {
    let shown = try provider.command("events", gateway, "--json")
    guard shown.status == 0 else { return 0 }
    let document = try JSONSerialization.jsonObject(with: Data(shown.text.utf8)) as? [String: Any]
    return (document?["events"] as? [Any])?.count ?? 0
  }

  @Test func `a backup of a running collector brings back what was there`() throws {
    let provider = try Provider()
    try provider.start()
    let gateway = try provider.gateway("one")
    try tell(provider, "one", gateway, 1)
    let backup = provider.directory.path + "/backup.sqlite"
    try provider.done("store", "backup", backup)
    #expect(try provider.command("store", "backup", backup).status == 64, "a file that is there")
    try tell(provider, "one", gateway, 2)
    #expect(try provider.command("store", "restore", backup).status == 69, "while the collector runs")
    #expect(provider.stop() == 0)
    try provider.done("store", "restore", backup)
    #expect(try events(provider, gateway) == 1)
    #expect(try provider.json("store", "store", "check")["store"] is [String: Any])
    // And it goes on: the gateway still gets in, and is heard.
    try provider.start()
    try tell(provider, "one", gateway, 2)
    #expect(provider.stop() == 0)

    let broken = try provider.directory.write("broken.sqlite", String(repeating: "no store", count: 1000))
    let refused = try provider.command("store", "restore", broken)
    #expect(refused.status == 65, "\(refused)")
    #expect(try events(provider, gateway) == 2, "what was there is still there")
  }

  @Test func `an export makes a store elsewhere`() throws {
    let provider = try Provider()
    try provider.start()
    let gateway = try provider.gateway("one")
    try tell(provider, "one", gateway, 1)
    let dump = try provider.done("store", "export") + "\n"
    let file = try provider.directory.write("dump.jsonl", dump)
    let elsewhere = provider.directory.path + "/elsewhere"
    let made = try provider.run(CollectorProgram.path, ["store", "import", file, "--state", elsewhere])
    #expect(made.status == 0, "\(made)")
    let again = try provider.run(CollectorProgram.path, ["store", "export", "--state", elsewhere])
    #expect(again.text + "\n" == dump)
    #expect(try provider.command("store", "import", file).status == 69, "where a collector runs")
    let cut = try provider.directory.write("cut.jsonl", String(dump.dropLast(dump.count / 2)))
    let third = provider.directory.path + "/third"
    #expect(try provider.run(CollectorProgram.path, ["store", "import", cut, "--state", third]).status == 65)
    #expect(!FileManager.default.fileExists(atPath: third + "/fleet.sqlite"))
  }

  @Test func `one command erases a gateway, and puts it out`() throws {
    let provider = try Provider()
    try provider.start()
    let gateway = try provider.gateway("one")
    try tell(provider, "one", gateway, 1)
    #expect(try provider.command("erase", gateway, "--by", "anna").status == 64)
    try provider.done("erase", gateway, "--yes", "--by", "anna")
    #expect(try provider.command("gateway", gateway).status == 3)
    try provider.logged("revoked, and off the broker: \(gateway)")
    #expect(throws: FixtureError.self) { try provider.connected("one") }
    #expect(try provider.command("erase", "gw-aaaaaaaaaaaaaaaa", "--yes", "--by", "anna").status == 3)
    #expect(try provider.json("audit", "audit")["audit"] is [Any])
  }
}
