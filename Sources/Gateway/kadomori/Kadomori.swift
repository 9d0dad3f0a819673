import Agent
import ArgumentParser
import Glibc

/// The agent of a gateway, and the command line of whoever looks after it.
@main
struct Kadomori: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kadomori",
    abstract: "Finds what is wrong with the devices behind this gateway, and says what to do.",
    discussion: """
      Results go to standard output, everything else to standard error; --json prints one document.

      EXIT CODES
        0    done
        1    failed for a reason that was printed
        2    there is nothing that could be done by a program; what a person can do was printed
        3    what was asked for is not there
        4    something as bad as was asked about is open
        64   the command line is wrong
        65   a profile or another file of data is wrong
        69   the network or the interface cannot be used as it is
        73   the state directory cannot be used
        74   the output could not be written
        75   what was waited for did not come in time
        77   a permission is missing
        78   the configuration is wrong
        130  interrupted; what was found until then was printed
      """,
    version: AgentVersion.current,
    subcommands: [
      Scan.self, Devices.self, Findings.self, Explain.self, Status.self, CheckList.self, Run.self,
      Config.self,
      Profile.self, MUDFiles.self, Enrol.self, Unenrol.self, Connect.self, Consent.self, ExposureList.self,
      Plan.self, Close.self, Confirm.self, Undo.self, Closings.self, Indicators.self, FirewallHelper.self,
      Setup.self, Net.self, CheckSite.self, Fix.self, Report.self, Watch.self, Wait.self, Events.self,
      PageCommand.self,
      HoldDevices.self,
    ])

  static func main() {
    // A reader that goes away is told by the write, not by a signal that ends the agent.
    signal(SIGPIPE, SIG_IGN)
    let words = Array(CommandLine.arguments.dropFirst())
    // Reading the words takes as long as the helper takes to start, and it starts meanwhile.
    let waking = words.first == Close.configuration.commandName ? FirewallOptions.wake() : nil
    do {
      var command = try named(words) ?? parseAsRoot()
      try withExtendedLifetime(waking) { try command.run() }
    } catch let failure as AgentError {
      Output.say("kadomori: \(failure)")
      Glibc.exit(failure.code.rawValue)
    } catch {
      exit(withError: error)
    }
  }
}

extension Kadomori {
  /// The command that the first word names, where the rest is right for it; `nil` leaves words, help and versions to the
  /// whole tree of commands.
  ///
  /// Reading the tree's own options first costs as much again as reading the command's, and closing a port starts two
  /// programs before anything is closed.
  private static func named(_ words: [String]) -> (any ParsableCommand)? {
    guard let type = configuration.subcommands.first(where: { $0.configuration.commandName == words.first })
    else { return nil }
    return try? type.parseAsRoot(Array(words.dropFirst()))
  }
}

/// The exit code of a command that Ctrl-C ended: 128 + SIGINT.
let interrupted: CInt = 130
