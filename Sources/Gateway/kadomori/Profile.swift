import Agent
import ArgumentParser
import Checks
import Profiles
import Settings

/// Works on firmware profiles.
struct Profile: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Work on firmware profiles.", subcommands: [Lint.self])

  /// Says what is wrong with profiles.
  struct Lint: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what is wrong with firmware profiles: file, line, column and field.")

    @Argument(
      help: ArgumentHelp(
        "Files, or folders of files. The default is the shipped and the local ones.", valueName: "path"))
    var files: [String] = []

    @OptionGroup var pathOptions: PathOptions

    func run() throws {
      let paths = pathOptions.paths
      let places = files.isEmpty ? [paths.shippedProfiles, paths.localProfiles] : files
      let diagnostics = ProfileLint.lint(paths: Self.files(in: places), checks: Checks.ids)
      for diagnostic in diagnostics { try Output.write("\(diagnostic)\n") }
      Output.say("\(diagnostics.isEmpty ? "all right" : "\(diagnostics.count) remarks")")
      let errors = diagnostics.filter { $0.severity == .error }.count
      guard errors == 0 else { throw AgentError(.data, "\(errors) errors in firmware profiles") }
    }

    /// Takes files as they are, and folders for the profiles in them.
    private static func files(in places: [String]) -> [String] {
      places.flatMap { place -> [String] in
        let names = try? SettingsFile.names(in: place, suffix: ".yaml")
        return names.map { $0.map { "\(place)/\($0)" } } ?? [place]
      }
    }
  }
}
