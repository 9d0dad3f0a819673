import PowerLoss
import Testing

@Suite struct StartEvidenceTests {
  private static func record(_ boot: String, clean: Bool = false, panics: [String] = []) -> StartRecord {
    var record = StartRecord(bootID: boot, uptime: .seconds(500))
    record.isClean = clean
    record.panics = panics
    return record
  }

  @Test func everyStartHasItsVerdict() {
    func verdict(_ before: StartEvidence.Before, panics: [String] = [], watchdog: Bool = false)
      -> StartVerdict
    {
      StartEvidence(before: before, bootID: "b", panics: panics, watchdogReset: watchdog).verdict
    }
    #expect(verdict(.nothing) == .firstStart)
    #expect(verdict(.record(Self.record("b"))) == .restart)
    #expect(verdict(.record(Self.record("a", clean: true))) == .reboot)
    #expect(verdict(.record(Self.record("a"))) == .powerLoss)
    #expect(verdict(.record(Self.record("a")), panics: ["dmesg-1"]) == .crash)
    #expect(verdict(.record(Self.record("a")), watchdog: true) == .crash)
    #expect(verdict(.damaged) == .powerLoss)
  }

  /// A panic of last year is no reason to believe that power was not lost today.
  @Test func anOldPanicExplainsNothing() {
    let record = Self.record("a", panics: ["dmesg-1"])
    let evidence = StartEvidence(before: .record(record), bootID: "b", panics: ["dmesg-1"])
    #expect(evidence.verdict == .powerLoss)
    #expect(evidence.facts == [.otherBoot, .didNotEndInOrder])
  }

  @Test func aHoldGoesOnInTheSameBootOnly() {
    var record = Self.record("a")
    record.holdBegan = .seconds(30)
    #expect(StartEvidence(before: .record(record), bootID: "a").holdBegan == .seconds(30))
    #expect(StartEvidence(before: .record(record), bootID: "b").holdBegan == nil)
    #expect(StartEvidence(before: .record(record), bootID: "b").lastUptime == .seconds(500))
  }

  @Test func aRecordComesBackAsItWas() {
    var record = Self.record("a", clean: true, panics: ["dmesg-1", "two words"])
    record.holdBegan = .milliseconds(31_500)
    record.failures = 4
    #expect(StartRecord(bytes: record.bytes) == record)
    #expect(StartRecord(bytes: Self.record("b").bytes) == Self.record("b"))
  }

  @Test func aRecordThatWasCutShortIsNone() {
    let bytes = Self.record("a", panics: ["dmesg-1"]).bytes
    for length in 0..<(bytes.count - 1) { #expect(StartRecord(bytes: Array(bytes.prefix(length))) == nil) }
    for index in bytes.indices {
      var odd = bytes
      odd[index] ^= 0xff
      _ = StartRecord(bytes: odd)
    }
    #expect(StartRecord(bytes: [UInt8](repeating: 0, count: 4096)) == nil)
    #expect(StartRecord(bytes: Array("kadomori start 1\nboot a\nuptime_ms -5\nwhole\n".utf8)) == nil)
  }
}
