import Agent
import Posture
import Testing

@Suite struct ChangeTests {
  private func report(_ checks: [String], complete: Bool = true) -> PostureReport {
    PostureReport(
      scan: ScanFacts(
        interface: "lan0", networks: [], started: WallTime(milliseconds: 0), durationMilliseconds: 1,
        complete: complete),
      devices: [],
      findings: checks.map { Finding(check: $0, severity: .high, device: "dev-a", remedy: "turn-off") })
  }

  @Test func opensAndCloses() {
    let change = PostureChange(from: report(["a", "b"]), to: report(["b", "c"]))
    #expect(change.opened.map(\.check) == ["c"] && change.closed.map(\.check) == ["a"])
  }

  @Test func theFirstReportOpensEverything() {
    #expect(PostureChange(from: nil, to: report(["a"])).opened.count == 1)
  }

  /// What a broken-off scan did not reach may be as it was.
  @Test func anInterruptedScanClosesNothing() {
    #expect(PostureChange(from: report(["a"]), to: report([], complete: false)).closed.isEmpty)
  }
}
