import Agent
import ArgumentParser
import Checks
import Profiles

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
      let diagnostics = ProfileLint.lint(paths: places, checks: Set(Checks.catalogue.map(\.id)))
      for diagnostic in diagnostics { try Output.write("\(diagnostic)\n") }
      let errors = diagnostics.filter { $0.severity == .error }.count
      guard errors == 0 else { throw AgentError(.data, "\(errors) errors in firmware profiles") }
    }
  }
}
