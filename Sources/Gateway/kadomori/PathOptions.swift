import Agent
import ArgumentParser
import Firewall
import Glibc

/// Where the agent keeps its things, for all commands alike.
struct PathOptions: ParsableArguments {
  @Option(
    name: .customLong("state"),
    help: ArgumentHelp(
      "The state directory. The default is $STATE_DIRECTORY or /var/lib/kadomori.", valueName: "directory"))
  var state: String?

  @Option(
    name: .customLong("runtime"),
    help: ArgumentHelp(
      "The directory of the control socket. The default is $RUNTIME_DIRECTORY or /run/kadomori.",
      valueName: "directory"))
  var runtime: String?

  @Option(
    name: .customLong("profiles"),
    help: ArgumentHelp(
      "The shipped firmware profiles. The default is $KADOMORI_PROFILES or /usr/share/kadomori/firmware-profiles.",
      valueName: "directory"))
  var profiles: String?

  var paths: Paths {
    var paths = Paths()
    paths.state = state ?? environment("STATE_DIRECTORY") ?? paths.state
    paths.runtime = runtime ?? environment("RUNTIME_DIRECTORY") ?? paths.runtime
    paths.shippedProfiles = profiles ?? environment("KADOMORI_PROFILES") ?? paths.shippedProfiles
    paths.firewallSocket = environment("KADOMORI_FIREWALL_SOCKET") ?? paths.firewallSocket
    if let directory = environment("KADOMORI_FIREWALL_STATE") {
      paths.closingChanges = directory + ClosingHistory.file
    }
    return paths
  }

  private func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
