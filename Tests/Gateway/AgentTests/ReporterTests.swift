import Agent
import Foundation
import LinuxIO
import Outbox
import Posture
import Testing

/// What is reported, and what becomes of it where the disk takes nothing.
@Suite(.serialized) struct ReporterTests {
  private static func report(_ findings: [Finding]) -> PostureReport {
    PostureReport(
      scan: ScanFacts(
        interface: "lan0", networks: [], started: Clocks.wall, durationMilliseconds: 1, complete: true),
      devices: [], findings: findings)
  }

  private static func opened(_ devices: String...) -> PostureChange {
    let findings = devices.map {
      Finding(check: "telnet-open", severity: .high, device: $0, remedy: "switch-off")
    }
    return PostureChange(from: nil, to: report(findings))
  }

  @Test(.enabled(if: geteuid() == 0, "mounts a small disk"))
  func `a full disk is told, and so is its end, and nothing that was found is lost`() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "kadomori-reporter-\(UUID())").path
    try Files.createDirectory(directory)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try #require(mount("tmpfs", directory, "tmpfs", 0, "size=128k") == 0)
    defer { umount2(directory, CInt(MNT_DETACH)) }
    let paths = Paths(state: directory, runtime: directory)
    try Files.replace(directory + "/kadomori.yaml", with: Array("broker: {host: 127.0.0.1}".utf8))
    let broker = try AgentConfiguration.read(directory + "/kadomori.yaml").broker
    let identity = try AgentIdentity.readOrMake(in: directory)
    var notes: [Daemon.Note] = []
    let reporter = try Reporter(
      identity: identity, paths: paths, loop: EventLoop(), to: broker.map { Destination($0) }
    ) {
      notes.append($0)
    }
    reporter.report(Self.opened("dev-1"), [], reports: [])
    #expect(!reporter.hasUnsaved && notes.isEmpty)

    let room = try #require(
      try FileManager.default.attributesOfFileSystem(forPath: directory)[.systemFreeSize] as? Int)
    try Data(count: room).write(to: URL(filePath: directory + "/ballast"))
    // Of what is left of the file's last page, no record may live.
    let many = (2...20).map { "dev-\($0)" }
    for device in many { reporter.report(Self.opened(device), [], reports: []) }
    #expect(reporter.hasUnsaved && notes.map(\.isProblem) == [true] && reporter.problems.count == 1)
    #expect(try OutboxLog(path: paths.outbox).outbox.records.count < 20)

    try FileManager.default.removeItem(atPath: directory + "/ballast")
    reporter.report(Self.opened("dev-21"), [], reports: [])
    #expect(!reporter.hasUnsaved && notes.map(\.isProblem) == [true, false] && reporter.problems.isEmpty)
    #expect(try OutboxLog(path: paths.outbox).outbox.records.count == 21)
  }
}
