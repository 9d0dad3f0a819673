import Addresses
import Agent
import ArgumentParser
import Checks
import Posture
import Profiles
import Wording

/// Says by its exit code whether something bad is open.
struct CheckSite: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say by the exit code whether something is open that is bad; for scripts and monitoring.",
    discussion: """
      Judges what the last scan found; scans nothing. Ends with 4 where a finding is as bad as --fail-on or worse and \
      nobody accepted or muted it, with 3 where nothing was scanned yet, and with 0 otherwise.
      """)

  @Option(
    help: ArgumentHelp("From which severity on: info, low, medium, high or critical.", valueName: "severity"))
  var failOn = Severity.high

  @Option(name: .shortAndLong, help: ArgumentHelp("Only this LAN. The default is all.", valueName: "name"))
  var interface: String?

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var pathOptions: PathOptions

  func run() throws {
    let paths = pathOptions.paths
    let document = CheckDocument(try FoundFindings(paths, interface: interface).reports, failOn: failOn)
    if json {
      try Output.document(document)
    } else {
      try Output.write(text(document, profiles: ProfileLoading.load(paths)))
    }
    if !document.isComplete {
      Output.say(words("the last scan was interrupted: there may be more", "最後の調査は途中で中断しました。ほかにもある可能性があります。"))
    }
    guard document.findings.isEmpty else {
      throw AgentError(
        .findings,
        words(
          "\(document.findings.count) open with severity '\(failOn.rawValue)' or worse; 'kadomori fix ID' helps with one",
          "深刻さ「\(failOn.words.ja)」以上の指摘が \(document.findings.count) 件あります。'kadomori fix 番号' で対応できます。"))
    }
  }

  private func text(_ document: CheckDocument, profiles: ProfileSet) -> String {
    let terminal = Terminal(1)
    let room = max(16, terminal.columns - 10)
    var lines: [String] = []
    for entry in document.findings {
      let finding = entry.finding
      let title = Checks.text(
        for: finding, about: document.devices[finding.device], profiles: profiles, Terminal.language)?
        .title
      let mark = TextWidth.fit(finding.severity.words[Terminal.language], to: 8)
      let place = [entry.address, finding.service?.description].compactMap(\.self).joined(separator: " ")
      lines.append("\(terminal.styled(mark, .alarm))  \(finding.id)")
      lines += TextWidth.wrap("\(title ?? finding.check)  \(place)", to: room).map { "          " + $0 }
    }
    let grade = document.grade == .unknown ? words("not known yet", "まだ不明") : document.grade.rawValue
    lines.append(words("grade \(grade)", "評価 \(grade)"))
    return lines.joined(separator: "\n") + "\n"
  }

  private func words(_ en: String, _ ja: String) -> String {
    LocalizedText(ja: ja, en: en)[Terminal.language]
  }

  /// What was judged, and by which threshold.
  struct CheckDocument: Encodable {
    var v = "1.0"
    var failOn: Severity
    /// Whether nothing is as bad as that.
    var passed: Bool
    var grade: Grade
    var scanned: WallTime?
    var isComplete: Bool
    /// What is as bad as that or worse, the worst first.
    var findings: [FindingDocument.Entry]
    private(set) var devices: [String: Device] = [:]

    private enum CodingKeys: String, CodingKey {
      case v, passed, grade, scanned, findings
      case failOn = "fail_on"
      case isComplete = "complete"
    }

    init(_ reports: [PostureReport], failOn: Severity) {
      self.failOn = failOn
      let all = FindingDocument(reports)
      grade = all.grade
      devices = all.devices
      scanned = reports.map(\.scan.started).max()
      isComplete = reports.allSatisfy(\.scan.complete)
      findings = all.findings.filter { $0.decision == nil && $0.finding.severity >= failOn }
        .sorted { $0.finding.severity > $1.finding.severity }
      passed = findings.isEmpty
    }
  }
}

extension Severity: ExpressibleByArgument {}
