import Agent
import ArgumentParser
import LinuxIO
import LocalControl
import Posture
import Wording

/// Tells what the agent knows.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Tell what the agent knows and what to do next; works when it is not running.")

  @Flag(help: "Print one JSON document.")
  var json = false

  @Option(help: ArgumentHelp("The configuration, for when the agent is not running.", valueName: "file"))
  var config = AgentConfiguration.path

  @OptionGroup var pathOptions: PathOptions

  func run() throws {
    let paths = pathOptions.paths
    // What cannot be read must not look like what is not there.
    if Files.exists(paths.state), !Files.isReadable(paths.state) {
      throw AgentError(
        .permission,
        "\(paths.state): only the agent and root may read it; ask again with 'sudo kadomori status'")
    }
    var document = StatusDocument.fromDisk(paths: paths, configuration: config)
    do throws(SystemError) {
      if let answer = try ControlClient.ask(.status, at: paths.controlSocket),
        let told = JSON.decode(StatusDocument.self, answer)
      {
        document = told
      }
    } catch {
      let hint = error.isPermission ? "; ask as root" : ""
      Output.say("kadomori: the running agent cannot be asked: \(error)\(hint). What follows is from disk.")
    }
    try json ? Output.document(document) : Output.write(StatusText(document).rendered)
  }
}
