import Agent
import ArgumentParser
import LinuxIO
import LocalControl
import Wording

/// Has the running agent connect without waiting for its slot.
struct Connect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "connect",
    abstract: "Have the running agent connect to the collector now.",
    discussion: """
      After a blackout every gateway waits for a slot of its own, so that the collector can take them all; after a \
      refusal it waits as well. 'kadomori status' says how long. Without --now this only says the same.
      """)

  @Flag(help: "Do not wait any longer.")
  var now = false

  @Flag(help: "Print one JSON document: the agent's status.")
  var json = false

  @OptionGroup var pathOptions: PathOptions

  func run() throws {
    let paths = pathOptions.paths
    let request: Request = now ? .connect : .status
    let answer = try wrapping { () throws(SystemError) in
      try ControlClient.ask(request, at: paths.controlSocket)
    }
    guard let answer, let asked = JSON.decode(StatusDocument.self, answer) else {
      throw AgentError(
        .unavailable,
        words(
          "no agent runs here that could connect; start it: systemctl start kadomori",
          "エージェントが動いていません。起動してください: systemctl start kadomori"))
    }
    guard asked.broker.state != .notConfigured else {
      throw AgentError(
        .notFound,
        words(
          "there is nobody to connect to; enrol, or name a broker in \(AgentConfiguration.path)",
          "接続先がありません。登録するか、\(AgentConfiguration.path) に broker を書いてください。"))
    }
    func isSettled(_ status: StatusDocument) -> Bool {
      status.broker.state == .connected || status.broker.state == .waiting
    }
    // An attempt takes a while to end either way.
    let status = now ? RunningAgent(paths).status(within: 40, where: isSettled) ?? asked : asked
    if json { return try Output.document(status) }
    try Output.write(StatusText(status).uplink + "\n")
    if now, status.broker.state == .waiting { throw AgentError(.failed, status.broker.problem ?? "") }
  }

  private func words(_ en: String, _ ja: String) -> String {
    LocalizedText(ja: ja, en: en)[Terminal.language]
  }
}
