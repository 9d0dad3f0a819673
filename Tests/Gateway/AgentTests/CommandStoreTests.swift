import Agent
import FleetContract
import Foundation
import LinuxIO
import Testing

@Suite struct CommandStoreTests {
  private let directory = FileManager.default.temporaryDirectory.appending(
    path: "kadomori-commands-\(UUID())"
  ).path
  private var paths: Paths { Paths(state: directory, runtime: directory) }

  @Test func `a memory that is not as it was written is an error, never an empty one`() throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try Files.createDirectory(directory)
    let store = CommandStore(paths)
    #expect(try store.read() == CommandMemory())
    try store.write(CommandMemory())
    #expect(try store.read() == CommandMemory())
    #expect(try Files.mode(store.path) == 0o600)
    let whole = try Files.read(store.path, limit: 10_000)
    for index in whole.indices {
      var damaged = whole
      damaged[index] ^= 1
      try Files.replace(store.path, with: damaged)
      #expect(throws: AgentError.self) { try store.read() }
    }
    for length in 0..<whole.count {
      try Files.replace(store.path, with: Array(whole[..<length]))
      #expect(throws: AgentError.self) { try store.read() }
    }
  }

  @Test func `who may command is read only from files that nobody else can write`() throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try Files.createDirectory(directory)
    #expect(try CommandAuthority.read(paths).keys == [])
    #expect(try CommandAuthority.read(paths).twoSignatures == [.close])
    try Files.replace(paths.operatorKeys, with: Array("[]".utf8), mode: 0o622)
    #expect(throws: AgentError.self) { try CommandAuthority.read(paths) }
    try Files.replace(paths.operatorKeys, with: Array("[]".utf8))
    try Files.replace(paths.commandPolicy, with: Array(#"{"two_signatures":["scan","undo"]}"#.utf8))
    #expect(try CommandAuthority.read(paths).twoSignatures == [.scan, .undo])
    try Files.replace(paths.commandPolicy, with: Array(#"{"two_signatures":["reboot"]}"#.utf8))
    #expect(throws: AgentError.self) { try CommandAuthority.read(paths) }
  }

  @Test func `a flood of forgeries is answered twenty times, then once in three seconds`() {
    var quota = RefusalQuota()
    let answered = (0..<1000).count { _ in quota.take(now: .seconds(1000)) }
    #expect(answered == RefusalQuota.burst && quota.takePassed() == 980)
    #expect(
      !quota.take(now: .seconds(1002)) && quota.take(now: .seconds(1003)) && !quota.take(now: .seconds(1004)))
  }

  @Test func `the owner's veto is read`() throws {
    let path = directory + ".yaml"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try "refuse_commands: [close, set-policy]\n".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try AgentConfiguration.read(path).refusedCommands == [.close, .setPolicy])
    try "refuse_commands: [explode]\n".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(throws: (any Error).self) { try AgentConfiguration.read(path) }
  }
}
