import Agent
import ArgumentParser
import Profiles
import Settings
import Wording

/// Tries profiles with the examples in their files.
struct ProfileTest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Try firmware profiles with the examples in their files.",
    discussion: """
      Each example is a device. Of all profiles that count here, and those named, the one in whose file it stands has \
      to fit best; with 'fits: false' it must not fit. Ends with 65 where one does not do as its file says.
      """)

  @Argument(
    help: ArgumentHelp(
      "Files, or folders of files. The default is the shipped and the local ones.", valueName: "path"))
  var files: [String] = []

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var pathOptions: PathOptions

  func run() throws {
    let paths = pathOptions.paths
    let named = try ProfilePlaces(files, paths).files.map { path in
      do throws(SettingsError) { return try ProfileFile(path: path, author: .local) } catch {
        throw AgentError(.data, error.description)
      }
    }
    let faults = named.flatMap { $0.profile().diagnostics }.filter { $0.severity == .error }
    for fault in faults { Output.say("kadomori: \(fault)") }
    let own = named.compactMap { $0.profile().value }
    let trial = ProfileTrial(named, in: ProfileSet(ProfileLoading.load(paths).profiles + own))
    if json {
      try Output.document(ProfileTestDocument(trial))
    } else {
      try Output.write(ProfileTestText(trial).rendered)
    }
    guard faults.isEmpty, trial.wrong.isEmpty else {
      throw AgentError(
        .data,
        "\(trial.wrong.count) of \(trial.outcomes.count) examples are not as their files say"
          + (faults.isEmpty ? "" : ", and \(faults.count) errors; 'kadomori profile lint' tells all"))
    }
  }
}

/// What `kadomori profile test --json` prints.
struct ProfileTestDocument: Encodable {
  struct Example: Encodable {
    var profile: String
    var note: String
    /// What the file says.
    var fits: Bool
    var right: Bool
    /// The profile that fits best; absent where none does.
    var best: String?
    /// How sure the profile of the file is; absent where it does not fit.
    var confidence: Double?
    var evidence: [String]
  }

  var v = "1.0"
  var examples: [Example]
  /// Profiles without a device that they fit.
  var untried: [String]

  init(_ trial: ProfileTrial) {
    examples = trial.outcomes.map {
      Example(
        profile: $0.profile, note: $0.example.note, fits: $0.example.fits, right: $0.isRight,
        best: $0.best?.profile.id, confidence: $0.own?.confidence,
        evidence: $0.own?.evidence.map(\.description) ?? [])
    }
    untried = trial.untried
  }
}

/// The outcome as a person reads it: what is wrong, and how many are right.
struct ProfileTestText {
  private let trial: ProfileTrial
  private let terminal = Terminal(1)
  private let language = Terminal.language

  init(_ trial: ProfileTrial) {
    self.trial = trial
  }

  var rendered: String {
    var lines = trial.wrong.map { outcome in
      let found = outcome.best.map { "\($0.profile.id) \($0.confidence)" } ?? words("none", "なし")
      let wanted =
        outcome.example.fits ? outcome.profile : words("not \(outcome.profile)", "\(outcome.profile) 以外")
      let line = words(
        "\(outcome.profile): \(outcome.example.note): fits \(found), and should be \(wanted)",
        "\(outcome.profile): \(outcome.example.note): 結果は \(found)、正しくは \(wanted)")
      return terminal.styled(line, .red)
    }
    let right = trial.outcomes.count - trial.wrong.count
    lines.append(
      words(
        "\(right) of \(trial.outcomes.count) examples are as their files say",
        "例 \(trial.outcomes.count) 件のうち \(right) 件がファイルの記載どおりです"))
    if !trial.untried.isEmpty {
      lines.append(
        words("without an example that fits: ", "当てはまる例のないもの: ") + trial.untried.joined(separator: ", "))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func words(_ en: String, _ ja: String) -> String { LocalizedText(ja: ja, en: en)[language] }
}
