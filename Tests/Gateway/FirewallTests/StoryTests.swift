import Addresses
import BrokerFixture
import Foundation
import Posture
import Testing

@testable import Firewall

/// What is noted of closings, and told of them later.
@Suite(.serialized) struct StoryTests {
  private static let plan: [(id: String, target: ClosingTarget, verdict: ClosingPlan.Verdict)] = [
    ("cl-aaaaaaaa", ClosingTarget(.tcp(23)), .now), ("cl-bbbbbbbb", ClosingTarget(.tcp(8080)), .ask),
  ]

  private func changes(_ gateway: Gateway) -> [ClosingChange] {
    ClosingHistory.changes(in: Array(gateway.directory.read("firewall/changes.jsonl").utf8))
  }

  private func events(_ gateway: Gateway, _ id: String? = nil) -> [ClosingChange.Event] {
    changes(gateway).filter { $0.id == id }.map(\.event)
  }

  @Test(.timeLimit(.minutes(1))) func everyChangeIsNotedOnce() throws {
    let gateway = try Gateway()
    try gateway.activate()
    try gateway.writePlan(Self.plan, reasons: ["from_internet", "hard_list"])
    #expect(try gateway.close("cl-aaaaaaaa", "--for", "5s").status == 0)
    #expect(try gateway.close("cl-bbbbbbbb").status == 0)
    try gateway.until("the trial has lapsed") {
      events(gateway, "cl-aaaaaaaa").contains(.lapsed) ? true : nil
    }
    #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)
    _ = try gateway.run(in: "gw", ["nft", "flush", "ruleset"])
    try gateway.until("it is put back") { events(gateway).contains(.reasserted) ? true : nil }
    #expect(try gateway.kadomori("undo", "cl-bbbbbbbb").status == 0)
    #expect(events(gateway, "cl-aaaaaaaa") == [.applied, .verified, .lapsed])
    #expect(events(gateway, "cl-bbbbbbbb") == [.applied, .verified, .confirmed, .undone])
    #expect(changes(gateway).map(\.number) == Array(1...Int64(changes(gateway).count)))
    let confirmed = try #require(changes(gateway).first { $0.event == .confirmed })
    #expect(confirmed.reasons == ["from_internet", "hard_list"] && confirmed.initiator != nil)
  }

  /// Nobody saw the end of a trial: whoever comes next says so.
  @Test(.timeLimit(.minutes(1))) func endsThatNobodySawAreNotedLater() throws {
    let gateway = try Gateway()
    try gateway.activate()
    try gateway.writePlan(Self.plan)
    #expect(try gateway.close("cl-aaaaaaaa", "--for", "5s").status == 0)
    try gateway.killAll()
    try gateway.until("the kernel has opened it") {
      try gateway.rules("list", "set", "inet", "kadomori", "close_wan").contains("cl-aaaaaaaa") ? nil : true
    }
    #expect(events(gateway, "cl-aaaaaaaa") == [.applied, .verified])
    try gateway.activate()
    #expect(try gateway.kadomori("closings").status == 0)
    #expect(events(gateway, "cl-aaaaaaaa") == [.applied, .verified, .lapsed])
  }

  /// As after a power cut, which can cost the end of what was noted: the disk knows what is closed.
  @Test(.timeLimit(.minutes(1))) func whatTheDiskKnowsIsNotedAgain() throws {
    let gateway = try Gateway()
    try gateway.activate()
    try gateway.writePlan([Self.plan[0]], reasons: ["hard_list"])
    #expect(try gateway.close("--all").status == 0)
    #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)
    try gateway.killAll()
    try gateway.directory.write("firewall/changes.jsonl", "")
    try gateway.activate()
    #expect(try gateway.kadomori("closings").status == 0)
    #expect(events(gateway, "cl-aaaaaaaa") == [.confirmed] && changes(gateway)[0].reasons == ["hard_list"])
    // And what was opened without a word.
    try gateway.killAll()
    try gateway.directory.write(
      "firewall/closed.json", #"{"v":"1.0","sides":{"wan":["wan0"],"lan":["lan0"]},"closings":[]}"#)
    _ = try gateway.run(in: "gw", ["nft", "delete", "table", "inet", "kadomori"])
    try gateway.activate()
    #expect(try gateway.kadomori("closings").status == 0)
    #expect(events(gateway, "cl-aaaaaaaa") == [.confirmed, .undone])
  }

  @Test(.timeLimit(.minutes(1)), arguments: [("C.UTF-8", 0), ("ja_JP.UTF-8", 1)])
  func explainTellsTheWholeStory(_ language: String, _ column: Int) throws {
    let gateway = try Gateway()
    try gateway.activate()
    try gateway.writePlan(Self.plan, reasons: ["from_internet", "hard_list", "unused_for_day"])
    let explain = { (id: String) in
      try gateway.run(
        in: "gw",
        ["env", "LANG=\(language)", "LC_ALL=\(language)", "COLUMNS=200", Gateway.program, "explain", id]
          + ["--state", gateway.directory.path + "/state"] + gateway.options)
    }
    func expect(_ answer: (status: CInt, text: String), _ texts: [(String, String)]) {
      #expect(answer.status == 0)
      for text in texts { #expect(answer.text.contains([text.0, text.1][column]), "\(answer.text)") }
    }
    expect(
      try explain("cl-aaaaaaaa"), [("to close it: kadomori close cl-aaaaaaaa", "kadomori close cl-aaaaaaaa")])
    #expect(try gateway.close("cl-aaaaaaaa").status == 0)
    expect(
      try explain("cl-aaaaaaaa"),
      [
        ("tcp/23 is kept closed from the Internet", "tcp/23 をインターネット側から閉じています"),
        ("on trial: the kernel opens it in", "試用中"),
        ("is among the ports that attackers try first", "攻撃者が最初に試すポートです"),
        ("nobody has used it for a day or more (learned)", "（観測）"), ("root", "root"),
        ("closed on trial, root", "試しに閉じました"),
        ("kadomori confirm \(gateway.plan)", "kadomori confirm \(gateway.plan)"),
        ("to open it: kadomori undo cl-aaaaaaaa", "開くには: kadomori undo cl-aaaaaaaa"),
      ])
    // A helper that was killed is followed by one that still knows why; and so does the disk.
    try gateway.killAll()
    try gateway.activate()
    #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)
    #expect(gateway.directory.read("firewall/closed.json").contains("hard_list"))
    expect(
      try explain("cl-aaaaaaaa"),
      [("confirmed: closed until it is undone", "確定: 取り消すまで"), ("attackers try first", "攻撃者が最初")])
    #expect(try gateway.kadomori("undo", "cl-aaaaaaaa").status == 0)
    expect(try explain("cl-aaaaaaaa"), [("open again: somebody opened it", "再び開いています")])
    #expect(try explain("cl-zzzzzzzz").status == 3)
  }

  @Test(.timeLimit(.minutes(1))) func whatAttackersTryFirstStaysClosed() throws {
    let gateway = try Gateway()
    try gateway.activate()
    try gateway.writePlan([Self.plan[0]], reasons: ["hard_list"])
    #expect(try gateway.close("cl-aaaaaaaa").status == 0)
    #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)
    try gateway.writePlan([Self.plan[1]], reasons: ["from_internet"])
    #expect(try gateway.close("cl-bbbbbbbb").status == 0)
    #expect(try gateway.kadomori("confirm", gateway.plan).status == 0)
    // Whether the kernel ends telnet, and the web; nil where one is not there.
    let ends = { () throws -> [Bool]? in
      let list = try gateway.rules("list", "set", "inet", "kadomori", "close_wan")
      let lines = list.split(separator: "tcp .")
      let found = ["cl-aaaa", "cl-bbbb"].compactMap { id in lines.first { $0.contains(id) } }
      return found.count == 2 ? found.map { $0.contains(" expires ") } : nil
    }
    #expect(try ends() == [false, true])
    // Put back, it is the same.
    _ = try gateway.run(in: "gw", ["nft", "flush", "ruleset"])
    #expect(try gateway.until("it is back") { try ends() } == [false, true])
    #expect(try gateway.kadomori("undo", "--all").status == 0)
    #expect(try !gateway.rules("list", "tables").contains("kadomori"))
  }

  @Test func aHistoryIsBoundedAndTornLinesArePassedOver() throws {
    let directory = try TemporaryDirectory()
    var history = ClosingHistory(directory: directory.path, bootID: "b")
    for _ in 0..<45 { history.note((0..<100).map { _ in ClosingChange(.applied, id: "cl-a") }) }
    #expect(history.changes.count == 2048 && history.changes.last?.number == 4500)
    let read = ClosingHistory(directory: directory.path, bootID: "b")
    #expect(read.changes == history.changes)
    #expect(directory.read("changes.jsonl").split(separator: "\n").count <= 4096)
    let whole = directory.read("changes.jsonl")
    try directory.write("changes.jsonl", "[[[\n" + whole + "{\"number\":")
    var torn = ClosingHistory(directory: directory.path, bootID: "b")
    #expect(torn.changes == history.changes)
    torn.note([ClosingChange(.alarm, count: 1)])
    #expect(ClosingHistory(directory: directory.path, bootID: "b").changes.last?.event == .alarm)
  }
}
