import Agent
import ArgumentParser
import Checks
import Profiles
import Settings

/// Works on firmware profiles.
struct Profile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Work on firmware profiles.",
    discussion: """
      Profiles come with the package, signed from the provider's operators, and from /etc/kadomori/profiles.d; of two \
      with one id the later of these counts.
      """,
    subcommands: [ProfileList.self, ProfileMatching.self, Lint.self, ProfileTest.self, ProfileRollback.self])

  /// Says what is wrong with profiles.
  struct Lint: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "lint",
      abstract: "Say what is wrong with firmware profiles: file, line, column and field.")

    @Argument(
      help: ArgumentHelp(
        "Files, or folders of files. The default is the shipped and the local ones.", valueName: "path"))
    var files: [String] = []

    @OptionGroup var pathOptions: PathOptions

    func run() throws {
      let places = ProfilePlaces(files, pathOptions.paths)
      let diagnostics = ProfileLint.lint(paths: places.files, checks: Checks.ids)
      for diagnostic in diagnostics { try Output.write("\(diagnostic)\n") }
      Output.say("\(diagnostics.isEmpty ? "all right" : "\(diagnostics.count) remarks")")
      let errors = diagnostics.filter { $0.severity == .error }.count
      guard errors == 0 else { throw AgentError(.data, "\(errors) errors in firmware profiles") }
    }
  }
}

/// The files that a command is about.
struct ProfilePlaces {
  /// Files as they were named, and the profiles in folders.
  let files: [String]

  /// Takes the shipped and the local ones where none is named.
  init(_ named: [String], _ paths: Paths) {
    let places = named.isEmpty ? [paths.shippedProfiles, paths.localProfiles] : named
    files = places.flatMap { place -> [String] in
      let names = try? SettingsFile.names(in: place, suffix: ".yaml")
      return names.map { $0.map { "\(place)/\($0)" } } ?? [place]
    }
  }
}
