import Foundation
import LinuxIO
import PowerLoss
import Testing

/// A notebook on a real disk, in a machine whose `proc` and `sys` are folders of ours.
@Suite struct StartNotebookTests {
  private final class Machine {
    let root = FileManager.default.temporaryDirectory.appending(path: "kadomori-start-\(UUID())").path
    var path: String { root + "/start" }

    init(boot: String) throws {
      try Files.createDirectory(root + "/proc/sys/kernel/random")
      try boots(boot)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func boots(_ name: String) throws {
      try Files.replace(root + "/proc/sys/kernel/random/boot_id", with: Array((name + "\n").utf8))
    }

    func starts(at seconds: Int = 30) -> StartNotebook {
      let notebook = StartNotebook(path: path, root: root, now: .seconds(seconds))
      notebook.started(now: .seconds(seconds))
      return notebook
    }
  }

  @Test func powerThatGoesIsToldFromAnEndInOrder() throws {
    let machine = try Machine(boot: "one")
    let first = machine.starts()
    #expect(first.evidence.verdict == .firstStart)
    first.ended(now: .seconds(40))
    #expect(machine.starts().evidence.verdict == .restart)
    try machine.boots("two")
    let cut = machine.starts()
    #expect(cut.evidence.verdict == .powerLoss)
    cut.ended(now: .seconds(50))
    try machine.boots("three")
    #expect(machine.starts().evidence.verdict == .reboot)
  }

  /// The second cut comes a minute after the first, while the agent still waits.
  @Test func twoCutsWithinAMinute() throws {
    let machine = try Machine(boot: "one")
    _ = machine.starts()
    try machine.boots("two")
    let first = machine.starts()
    first.keep(holdBegan: .seconds(31), failures: 2, now: .seconds(31))
    try machine.boots("three")
    let second = machine.starts()
    #expect(second.evidence.verdict == .powerLoss)
    #expect(second.evidence.holdBegan == nil && second.evidence.failures == 2)
  }

  @Test func aRestartWhileItWaitsIsNoWayAround() throws {
    let machine = try Machine(boot: "one")
    let first = machine.starts()
    first.keep(holdBegan: .seconds(31), failures: 0, now: .seconds(31))
    first.ended(now: .seconds(60))
    let second = machine.starts(at: 61)
    #expect(second.evidence.verdict == .restart && second.evidence.holdBegan == .seconds(31))
    second.keep(holdBegan: nil, failures: 0, now: .seconds(400))
    #expect(machine.starts(at: 401).evidence.holdBegan == nil)
  }

  @Test func panicsAndWatchdogsAreLookedFor() throws {
    let machine = try Machine(boot: "one")
    _ = machine.starts()
    try Files.createDirectory(machine.root + "/sys/class/watchdog/watchdog0")
    try Files.replace(machine.root + "/sys/class/watchdog/watchdog0/bootstatus", with: Array("32\n".utf8))
    try machine.boots("two")
    #expect(machine.starts().evidence.facts.contains(.watchdogReset))
    try Files.replace(machine.root + "/sys/class/watchdog/watchdog0/bootstatus", with: Array("0\n".utf8))
    try Files.createDirectory(machine.root + "/sys/fs/pstore")
    try Files.replace(machine.root + "/sys/fs/pstore/dmesg-ramoops-0", with: [])
    try machine.boots("three")
    #expect(machine.starts().evidence.verdict == .crash)
    try machine.boots("four")
    #expect(machine.starts().evidence.verdict == .powerLoss)
  }

  @Test func aDiskThatTakesNothingIsTold() throws {
    let machine = try Machine(boot: "one")
    let notebook = StartNotebook(path: machine.root + "/missing/start", root: machine.root, now: .zero)
    notebook.started(now: .zero)
    #expect(notebook.problem?.contains("missing/start") == true)
  }

  @Test(arguments: ["", "kadomori start 1\n", "\u{0}\u{0}\u{0}", String(repeating: "x", count: 9000)])
  func aFileCutShortCountsAsPowerLoss(_ text: String) throws {
    let machine = try Machine(boot: "one")
    try Files.replace(machine.path, with: Array(text.utf8))
    let evidence = machine.starts().evidence
    #expect(evidence.facts == [.damagedRecord] && evidence.verdict == .powerLoss)
    // And the next start finds a whole one.
    #expect(machine.starts().evidence.verdict == .restart)
  }
}
