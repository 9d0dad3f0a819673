import Checks
package import Posture

extension Judgement {
  /// The report with what counts for its grade.
  ///
  /// A finding that is decided on does not count while the decision holds. A site keeps the catalogue of checks that
  /// it was first graded by as its baseline, so that a new version of ours is never the reason for a worse letter;
  /// findings of newer checks are shown, and count from the first scan on where they make no difference.
  package static func graded(
    _ report: PostureReport, by decisions: [Decision], at now: WallTime, catalogue: Int = Checks.version
  ) -> PostureReport {
    var report = report
    let byID = Dictionary(report.findings.map { ($0.id, $0) }) { first, _ in first }
    report.decisions = decisions.filter { decision in
      byID[decision.finding].map { decision.covers($0, at: now) } ?? false
    }
    let decided = Set(report.decisions.map(\.finding))
    func left(by version: Int) -> [String] {
      report.findings.filter { decided.contains($0.id) || (Checks[$0.check]?.added ?? 1) > version }.map(\.id)
    }
    report.ungraded = left(by: catalogue)
    let whole = report.worstGraded
    let baseline = min(report.baseline ?? catalogue, catalogue)
    report.ungraded = left(by: baseline)
    report.baseline = baseline
    if Grade(worst: report.worstGraded, scanned: true) == Grade(worst: whole, scanned: true) {
      report.ungraded = left(by: catalogue)
      report.baseline = catalogue
    }
    return report
  }
}
