import Addresses
import Checks
import Posture
import Profiles
import Wording

/// Findings with what was decided about them, as data.
struct FindingDocument: Encodable {
  struct Entry: Encodable {
    var finding: Finding
    /// Where it is, for people: the device's first address.
    var address: String?
    var decision: Decision?
    /// Whether it counts for the grade.
    var graded: Bool
  }

  var v = "1.0"
  var grade: Grade
  /// The version of the catalogue the grade is measured by, and the present one.
  var baseline: Int
  var catalogue = Checks.version
  var findings: [Entry]
  /// For wording that only profiles have; not printed as data.
  private(set) var devices: [String: Device] = [:]

  private enum CodingKeys: String, CodingKey { case v, grade, baseline, catalogue, findings }

  init(_ reports: [PostureReport]) {
    grade = Grade(worst: reports.compactMap(\.worstGraded).max(), scanned: !reports.isEmpty)
    baseline = reports.compactMap(\.baseline).min() ?? Checks.version
    let devices = Dictionary(reports.flatMap(\.devices).map { ($0.id, $0) }) { first, _ in first }
    self.devices = devices
    findings = reports.flatMap { report in
      let left = Set(report.ungraded)
      return report.findings.map { finding in
        Entry(
          finding: finding, address: devices[finding.device]?.addresses.first?.description,
          decision: report.decisions.first { $0.finding == finding.id }, graded: !left.contains(finding.id))
      }
    }
  }
}

/// Findings as a person reads them.
struct FindingText {
  let terminal: Terminal
  let language: Language
  let profiles: ProfileSet

  func render(_ document: FindingDocument) -> String {
    var lines: [String] = []
    for entry in document.findings {
      let finding = entry.finding
      let text = Checks.text(
        for: finding, about: document.devices[finding.device], profiles: profiles, language)
      let place = [entry.address, finding.service?.description].compactMap(\.self).joined(separator: " ")
      lines.append("\(TextWidth.fit(finding.severity.words[language], to: 8))  \(finding.id)")
      lines.append("          \(place)  \(text?.title ?? finding.check)")
      if let decision = entry.decision { lines.append("          \(words(decision))") }
      if entry.decision == nil, !entry.graded {
        lines.append(
          "          "
            + LocalizedText(ja: "新しい検査の指摘です。まだ評価に入れません。", en: "from a new check: not in the grade yet")[
              language])
      }
    }
    if lines.isEmpty { lines = [LocalizedText(ja: "指摘はありません。", en: "Nothing is wrong.")[language]] }
    lines.append("")
    let grade =
      document.grade == .unknown
      ? LocalizedText(ja: "まだ不明", en: "not known yet")[language] : document.grade.rawValue
    lines.append(LocalizedText(ja: "評価 \(grade)", en: "grade \(grade)")[language])
    return lines.joined(separator: "\n") + "\n"
  }

  private func words(_ decision: Decision) -> String {
    let day = String(decision.until.description.prefix(10))
    let kind =
      decision.kind == .accepted
      ? LocalizedText(ja: "了承", en: "accepted") : LocalizedText(ja: "対象外", en: "muted")
    return LocalizedText(
      ja: "\(kind.ja)（\(decision.by)、\(day) まで）: \(decision.reason)",
      en: "\(kind.en) by \(decision.by) until \(day): \(decision.reason)")[language]
  }
}
