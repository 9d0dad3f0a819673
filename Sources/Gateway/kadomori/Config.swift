import Agent
import ArgumentParser
import Settings

/// Looks at the configuration.
struct Config: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Look at the configuration.", subcommands: [Check.self])

  /// Says whether the configuration is right.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Say what is wrong with the configuration; nothing when nothing is.")

    @Argument(help: ArgumentHelp("The file.", valueName: "file"))
    var file = AgentConfiguration.path

    func run() throws {
      let configuration = try wrapping { () throws(SettingsError) in try AgentConfiguration.read(file) }
      let lans = configuration.lans.map(\.interface).joined(separator: ", ")
      Output.say(
        configuration.isIdle
          ? "\(file): right; no LAN is named, so the agent idles" : "\(file): right; looks after \(lans)")
    }
  }
}
