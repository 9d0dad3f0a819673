import Addresses
import Agent
import FleetContract
import Foundation
import LinuxIO
import Outbox
import Posture
import Testing

/// What the agent takes up of what the firewall's helper notes.
@Suite struct ClosingNewsTests {
  private let directory = FileManager.default.temporaryDirectory.appending(path: "kadomori-news-\(UUID())")
    .path
  private let paths: Paths

  init() throws {
    try Files.createDirectory(directory)
    var paths = Paths(state: directory, runtime: directory)
    paths.closingChanges = directory + "/changes.jsonl"
    self.paths = paths
  }

  private func write(_ changes: [ClosingChange]) throws {
    let encoder = JSONEncoder()
    let lines = try changes.map { [UInt8](try encoder.encode($0)) + [0x0a] }
    try Files.replace(paths.closingChanges, with: lines.flatMap { $0 })
  }

  private func change(_ number: Int64, _ event: ClosingChange.Event, _ id: String = "cl-aaaaaaaa")
    -> ClosingChange
  {
    ClosingChange(event, number: number, bootID: "b", id: id, target: ClosingTarget(.tcp(23)))
  }

  @Test func eachChangeIsToldOnceAndOverRestarts() throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    var told: [Int64] = []
    var news = ClosingNews(paths, loop: EventLoop()) { told += $0.map(\.number) }
    news.look()
    #expect(told == [] && news.count == 0)
    try write([change(1, .applied), change(2, .verified)])
    news.look()
    news.look()
    #expect(told == [1, 2] && news.count == 1)
    try write([change(1, .applied), change(2, .verified), change(3, .confirmed), change(4, .applied, "cl-b")])
    news = ClosingNews(paths, loop: EventLoop()) { told += $0.map(\.number) }
    news.look()
    #expect(told == [1, 2, 3, 4] && news.count == 2)
    // Lines that make no sense, and an end that is torn, hold nothing up.
    let whole = try Files.read(paths.closingChanges, limit: 1 << 20)
    try Files.replace(
      paths.closingChanges, with: Array("nonsense\n".utf8) + whole + Array("{\"number\":".utf8))
    news.look()
    #expect(told == [1, 2, 3, 4] && news.count == 2)
    // The helper's folder was lost, and its numbers begin anew.
    try write([change(1, .undone)])
    news.look()
    #expect(told == [1, 2, 3, 4, 1] && news.count == 0)
  }

  /// A change of an earlier start of the machine keeps its own time, which nobody has set; one of this start is dated.
  @Test func changesAreReportedAsOfWhenTheyWere() throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try Files.replace(directory + "/kadomori.yaml", with: Array("broker: {host: 127.0.0.1}".utf8))
    let broker = try AgentConfiguration.read(directory + "/kadomori.yaml").broker
    let reporter = try Reporter(
      identity: AgentIdentity.readOrMake(in: directory), paths: paths, loop: EventLoop(),
      to: broker.map { Destination($0) }
    ) { _ in }
    let boot = String(
      decoding: try Files.read("/proc/sys/kernel/random/boot_id", limit: 64).prefix { $0 > 0x20 },
      as: UTF8.self)
    var (earlier, now) = (change(1, .applied), change(2, .confirmed))
    (earlier.uptimeMilliseconds, earlier.time) = (5000, WallTime(milliseconds: 1000))
    (now.bootID, now.uptimeMilliseconds) = (boot, Clocks.sinceBoot.milliseconds - 60_000)
    (now.initiator, now.seconds) = ("0/1000", 100)
    reporter.report([earlier, now])
    let records = try OutboxLog(path: paths.outbox).outbox.records
    #expect(records.allSatisfy { $0.topic.hasSuffix("/evt/closing") })
    let gateway = try #require(GatewayID(String(records[0].topic.split(separator: "/")[2])))
    let messages = try records.map { try Envelope<ClosingEvent>(payload: $0.payload, from: gateway) }
    #expect(messages[0].bootID == "b" && messages[0].uptimeMilliseconds == 5000 && !messages[0].clockSynced)
    #expect(messages[0].time == WallTime(milliseconds: 1000))
    #expect(messages[1].bootID == boot && messages[1].clockSynced == Clocks.wallIsSynchronised)
    if messages[1].clockSynced {
      let age = Clocks.wall.milliseconds - messages[1].time.milliseconds
      #expect((60_000..<120_000).contains(age))
    }
    // Who uses the gateway is told to nobody.
    #expect(messages[1].body.operators == nil)
    #expect(!String(decoding: records[1].payload, as: UTF8.self).contains("1000\""))
    #expect(messages[1].body.closing?.until?.milliseconds == messages[1].time.milliseconds + 100_000)
  }
}
