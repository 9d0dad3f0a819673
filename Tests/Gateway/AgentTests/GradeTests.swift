import Addresses
import Agent
import Glibc
import LinuxIO
import Posture
import Testing

@Suite struct GradeTests {
  private let now = WallTime(milliseconds: 1_000_000)
  private let later = WallTime(milliseconds: 2_000_000)

  private func report(_ findings: [(String, Severity)], baseline: Int?) -> PostureReport {
    var report = PostureReport(
      scan: ScanFacts(
        interface: "lan0", networks: [], started: now, durationMilliseconds: 1, complete: true),
      devices: [],
      findings: findings.map { Finding(check: $0.0, severity: $0.1, device: "dev-a", remedy: "turn-off") })
    report.baseline = baseline
    return report
  }

  private func grade(_ report: PostureReport) -> Grade {
    PostureSummary(of: [report], agentVersion: "1").grade
  }

  private func decision(_ severity: Severity, until: WallTime? = nil) -> Decision {
    Decision(
      finding: "telnet-open:dev-a", kind: .accepted, by: "Sato", reason: "test bench", made: now,
      until: until ?? later, severity: severity)
  }

  /// `weak-tls` came with the second version of the catalogue.
  @Test func aNewCheckAloneDoesNotChangeTheGrade() {
    let old = Judgement.graded(report([("weak-tls", .medium)], baseline: 1), by: [], at: now)
    #expect(grade(old) == .a && old.ungraded == ["weak-tls:dev-a"] && old.baseline == 1)
    #expect(PostureSummary(of: [old], agentVersion: "1").findings == [.medium: 1], "it is told all the same")
    let new = Judgement.graded(report([("weak-tls", .medium)], baseline: nil), by: [], at: now)
    #expect(grade(new) == .c && new.ungraded.isEmpty, "a site first graded today knows all checks")
  }

  @Test func aNewCheckCountsOnceItMakesNoDifference() {
    let both = Judgement.graded(
      report([("telnet-open", .high), ("weak-tls", .medium)], baseline: 1), by: [], at: now)
    #expect(grade(both) == .d && both.baseline == 3 && both.ungraded.isEmpty)
  }

  @Test func whatIsAcceptedDoesNotCountAndStaysListed() {
    let accepted = Judgement.graded(
      report([("telnet-open", .high)], baseline: 2), by: [decision(.high)], at: now)
    #expect(grade(accepted) == .a && accepted.findings.count == 1 && accepted.decisions.count == 1)
  }

  @Test func aDecisionEndsWithItsTimeAndWhenThingsGetWorse() {
    let found = report([("telnet-open", .high)], baseline: 2)
    #expect(grade(Judgement.graded(found, by: [decision(.high)], at: later)) == .d)
    #expect(grade(Judgement.graded(found, by: [decision(.medium)], at: now)) == .d)
  }

  @Test func decisionsSurviveOnDiskAndABrokenListIsKept() throws {
    let directory = "/tmp/kadomori-decisions-\(UInt64.random(in: 0..<UInt64.max))"
    try Files.createDirectory(directory, mode: 0o700)
    defer {
      unlink(directory + "/decisions.json")
      rmdir(directory)
    }
    let store = DecisionStore(Paths(state: directory))
    #expect(try store.read() == [])
    try store.set(decision(.high), for: "telnet-open:dev-a", now: now)
    #expect(try store.read() == [decision(.high)])
    try store.set(nil, for: "telnet-open:dev-a", now: now)
    #expect(try store.read() == [])
    try Files.replace(directory + "/decisions.json", with: Array("not a list".utf8), mode: 0o600)
    #expect(throws: AgentError.self) { try store.set(decision(.high), for: "telnet-open:dev-a", now: now) }
    #expect(try Files.read(directory + "/decisions.json", limit: 100) == Array("not a list".utf8))
  }
}
