import BrokerFixture
import Foundation
import MQTTClient
import Testing

/// The program as a person or a script meets it.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ProgramTests {
  private static let program = CollectorProgram.path

  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// Runs the program to its end and returns status, output and what it said.
  private func run(_ arguments: String...) throws -> (status: Int32, text: String) {
    let output = directory.path + "/output-\(UInt64.random(in: 0 ... .max))"
    let status = try ChildProgram(Self.program, arguments, output: output).wait()
    return (status, try String(contentsOfFile: output, encoding: .utf8))
  }

  private var state: String { directory.path + "/state" }

  @Test func `says what is missing and how to go on`() throws {
    let fleet = try run("fleet", "--state", state)
    #expect(fleet.status == 2)
    #expect(fleet.text.contains("kadomori-collector run"))
    #expect(try run("gateway", "x").status == 64)
    #expect(try run("run", "--listen", "here").status == 64)
    #expect(try run("run", "--state", "/proc/none").status == 73)
    #expect(try run("run", "--state", state, "--config", "/nonexistent.yaml").status == 65)
    #expect(try run("--help").text.contains("69  something needed is not there"))
  }

  @Test func `keeps a stranger's text from the terminal`() throws {
    let port = try freePort()
    let log = directory.path + "/log"
    let collector = try ChildProgram(
      Self.program, ["run", "--state", state, "--listen", "127.0.0.1:\(port)"], output: log)
    let gateway = "gw-abcdefghij234567"
    try waitForListener(on: port)
    let pump = try Pump.connected("gateway", to: port)
    try pump.subscribe("kadomori/v1/_collector/+/status")
    try pump.wait { if case .message = $0 { true } else { false } }
    try pump.subscribe("kadomori/v1/\(gateway)/ack")
    let evil = "\\u001b[2J\\u202eevil\\u0007\\n"
    func send(_ channel: String, _ kind: String, _ seq: Int, _ body: String) throws {
      let payload = """
        {"v":"1.0","gateway":"\(gateway)","seq":\(seq),"boot_id":"b","uptime_ms":1,\
        "time":"2026-11-23T12:00:00Z","clock_synced":true,"kind":"\(kind)","body":\(body)}
        """
      try pump.session.publish(
        MQTTMessage(topic: "kadomori/v1/\(gateway)/\(channel)", payload: Array(payload.utf8)))
    }
    try send("status", "status", 1, "{\"online\":true,\"birth\":1,\"cause\":\"start\",\"agent\":\"\(evil)\"}")
    let device = "{\"id\":\"\(evil)\",\"kind\":\"camera\",\"confidence\":1,\"services\":[]}"
    try send("twin/devices", "devices", 2, "{\"devices\":[\(device)]}")
    try send("evt/\u{202e}", "finding", 3, "{}")
    let finding = """
      {"event":"opened","finding":{"id":"a","check":"\(evil)","severity":"high","device":"\(evil)",\
      "evidence":{},"remedy":"\(evil)"}}
      """
    try send("evt/finding", "finding", 4, finding)
    while true {
      let ack = try pump.message(on: "kadomori/v1/\(gateway)/ack")
      if String(decoding: ack.payload, as: UTF8.self).contains("\"stored\":2") { break }
    }

    // While the collector writes, others read.
    let views = [
      try run("fleet", "--state", state), try run("gateway", gateway, "--state", state),
      try run("set-aside", "--state", state), try run("events", gateway, "--state", state),
    ]
    for view in views {
      #expect(view.status == 0)
      let harmful = view.text.unicodeScalars.filter {
        $0 != "\n" && [.control, .format].contains($0.properties.generalCategory)
      }
      #expect(harmful.isEmpty)
    }
    #expect(views[1].text.contains("\\u{1b}[2J\\u{202e}evil"))
    #expect(try run("gateway", "gw-aaaaaaaaaaaaaaaa", "--state", state).status == 3)
    for arguments in [["fleet"], ["gateway", gateway], ["set-aside"], ["events", gateway]] {
      let output = directory.path + "/json-\(arguments[0])"
      let status = try ChildProgram(
        Self.program, arguments + ["--state", state, "--json"], output: output
      ).wait()
      #expect(status == 0)
      let document = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: output)))
      #expect((document as? [String: Any])?["v"] as? String == "1.0")
      #expect(try Schemas.faults(of: String(contentsOfFile: output, encoding: .utf8), by: arguments[0]) == "")
    }

    // Only one collector at a time, and an orderly end.
    #expect(try run("run", "--state", state, "--listen", "127.0.0.1:\(freePort())").status == 69)
    collector.signal(SIGTERM)
    #expect(collector.wait() == 0)
    #expect(!(try String(contentsOfFile: log, encoding: .utf8)).contains("error"))
  }
}
