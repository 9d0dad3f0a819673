import Agent
import ArgumentParser
import Enrolling
import FleetContract
import Glibc
import LinuxIO
import LocalControl
import Wording

/// Joins the fleet of a provider.
struct Enrol: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enrol",
    abstract: "Join a provider's fleet: get a certificate, and report to it from then on.",
    discussion: """
      Enrolling is the consent to report to this provider: which kinds of devices are there, which services they \
      offer and what is wrong with them. No names, no addresses and no hardware addresses are among it.

      The key is made on this gateway and never leaves it. A running agent begins to report at once.
      """)

  @Option(help: ArgumentHelp("Where the provider takes enrolments.", valueName: "host[:port]"))
  var collector: CollectorAddress

  @Option(
    help: ArgumentHelp(
      "The token the provider gave for this gateway; '-' reads it from standard input.", valueName: "token"))
  var token: String?

  @Option(help: ArgumentHelp("Instead of a token: the claim certificate of the factory.", valueName: "file"))
  var claimCertificate: String?

  @Option(help: ArgumentHelp("The key of the claim certificate.", valueName: "file"))
  var claimKey: String?

  @OptionGroup var pathOptions: PathOptions

  func validate() throws {
    guard (token == nil) == (claimCertificate != nil), (claimCertificate == nil) == (claimKey == nil) else {
      throw ValidationError("Give either --token, or both --claim-certificate and --claim-key.")
    }
  }

  func run() throws {
    let paths = pathOptions.paths
    let language = Terminal.language
    let credential = try self.credential(language)
    try wrapping(.state) { () throws(SystemError) in try Files.createDirectory(paths.state, mode: 0o700) }
    let membership = try Enrolment(paths).join(collector, with: credential, language: language)
    let answer = membership.answer
    let group = (
      en: answer.group.map { ", group \($0)" } ?? "", ja: answer.group.map { "グループ \($0) の " } ?? ""
    )
    let broker = "\(answer.broker.host):\(answer.broker.port)"
    Output.say(
      words(
        "enrolled with \(collector) as \(answer.gateway)\(group.en); reports go to \(broker)",
        "\(collector) に\(group.ja) \(answer.gateway) として登録しました。報告先は \(broker) です。"))
    tellAgent(paths)
  }

  private func words(_ en: String, _ ja: String) -> String {
    LocalizedText(ja: ja, en: en)[Terminal.language]
  }

  private func credential(_ language: Language) throws -> EnrolmentCredential {
    if let certificate = claimCertificate, let key = claimKey {
      return try wrapping(.data) { () throws(SystemError) in
        guard try Files.mode(key) & 0o077 == 0 else {
          throw SystemError(EPERM, "others may read this key; 'chmod 600' it:", key)
        }
        return .claim(
          certificate: try Files.read(certificate, limit: 65_536), key: try Files.read(key, limit: 16_384))
      }
    }
    let text = token == "-" ? readLine(strippingNewline: true) ?? "" : token ?? ""
    guard let token = EnrolmentToken(String(text.filter { !$0.isWhitespace })) else {
      throw AgentError(
        .usage,
        words(
          "this is no token: three parts of small letters and digits, with dots between; check how it was copied",
          "トークンの形ではありません（小文字と数字の三つの部分を点でつないだもの）。書き写しを確かめてください。"))
    }
    return .token(token)
  }

  /// Has a running agent take the enrolment up, and tells whether it works.
  private func tellAgent(_ paths: Paths) {
    do throws(SystemError) {
      guard try ControlClient.ask(.reload, at: paths.controlSocket) != nil else {
        return Output.say(
          words(
            "the agent is not running; it reports as soon as it is: systemctl start kadomori",
            "エージェントは動いていません。起動すると報告を始めます: systemctl start kadomori"))
      }
    } catch {
      return Output.say(
        words(
          "the running agent could not be told (\(error)); restart it: systemctl restart kadomori",
          "動いているエージェントに伝えられません（\(error)）。再起動してください: systemctl restart kadomori"))
    }
    switch RunningAgent(paths).status(
      within: 15, where: { $0.enrolment != nil && $0.broker.state == .connected })
    {
    case let status? where status.broker.state == .connected:
      Output.say(words("the agent is connected and reports", "エージェントは接続し、報告しています。"))
    case let status:
      Output.say(
        words(
          "the agent is not connected yet\(status?.broker.problem.map { ": \($0)" } ?? ""); watch 'kadomori status'",
          "エージェントはまだ接続していません\(status?.broker.problem.map { "（\($0)）" } ?? "")。'kadomori status' で確かめてください。"))
    }
  }
}

extension CollectorAddress: ExpressibleByArgument {}
