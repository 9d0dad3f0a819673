import Diagnosis
import Posture
import Testing
import Wording

/// What the steps of the way to the collector say of themselves.
@Suite struct DiagnosisTests {
  @Test func `a clock that was never set is told from one that nobody keeps right`() {
    let now = WallTime(milliseconds: 1_800_000_000_000)
    #expect(LineDiagnosis.clock(isSynchronised: true, now: now).outcome == .ok)
    #expect(LineDiagnosis.clock(isSynchronised: false, now: now).cause == .clockFree)
    // Somebody who keeps it right keeps it at 1970: then that is wrong too.
    for isSynchronised in [true, false] {
      let step = LineDiagnosis.clock(isSynchronised: isSynchronised, now: WallTime(milliseconds: 86_400_000))
      #expect(step.outcome == .failed && step.cause == .clockUnset)
    }
  }

  @Test(arguments: NetCause.allCases) func `each cause is said in both languages, with what to do`(
    cause: NetCause
  ) {
    #expect(!cause.text.en.isEmpty && !cause.text.ja.isEmpty && cause.text.ja != cause.text.en)
    let needsNothing: Set<NetCause> = [.earlier, .withdrawn, .plain]
    #expect((cause.advice == nil) == needsNothing.contains(cause))
  }
}
