import Agent
import ArgumentParser
import FleetContract
import LinuxIO
import LocalControl
import Wording

/// Leaves the fleet of a provider.
struct Unenrol: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unenrol",
    abstract: "Leave the provider's fleet: erase the key, the certificate and what was not reported yet.",
    discussion: """
      What was found on the LANs stays here. After it this is a new gateway, with a new name, that reports to nobody.
      """)

  @OptionGroup var pathOptions: PathOptions

  func run() throws {
    let paths = pathOptions.paths
    guard Files.exists(paths.key) || Files.exists(paths.enrolment) else {
      throw AgentError(.notFound, words("there is nothing to erase", "消すものはありません。"))
    }
    let old = AgentIdentity.existing(in: paths.state)?.gateway.description
    let isAsked = try wrapping { () throws(SystemError) in
      try ControlClient.ask(.leave, at: paths.controlSocket) != nil
    }
    if isAsked {
      let status = RunningAgent(paths).status(within: 10) { $0.enrolment == nil && $0.gateway != old }
      guard let status, status.enrolment == nil, status.gateway != old else {
        throw AgentError(
          .failed,
          words(
            "the running agent has not erased anything yet; look at its log",
            "動いているエージェントがまだ消していません。ログを見てください。"))
      }
    } else {
      let lock = try wrapping(.state) { () throws(SystemError) in try Files.lock(paths.lock) }
      guard lock != nil else {
        throw AgentError(
          .unavailable,
          words(
            "an agent runs on \(paths.state) but cannot be asked; stop it first: systemctl stop kadomori",
            "エージェントが動いていますが応答しません。先に止めてください: systemctl stop kadomori"))
      }
      _ = try Enrolment(paths).leave()
      withExtendedLifetime(lock) {}
    }
    Output.say(
      words(
        "the key and the certificate are erased; nothing is reported any more",
        "鍵と証明書を消しました。もう報告しません。"))
  }

  private func words(_ en: String, _ ja: String) -> String {
    LocalizedText(ja: ja, en: en)[Terminal.language]
  }
}
