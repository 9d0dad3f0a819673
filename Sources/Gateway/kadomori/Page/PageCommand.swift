import Agent
import ArgumentParser
import LinuxIO
import LocalControl
import Wording

/// Lets browsers of the house use the household's page, and takes that back.
struct PageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "page",
    abstract: "Pair a browser of the house with the page that this gateway serves on its LANs.",
    discussion: """
      The page is served where 'local_page' in the configuration switches it on. A code is good for ten minutes and one \
      browser; what is paired stays so until it was away for thirty days.
      """,
    subcommands: [Code.self, Forget.self], defaultSubcommand: Code.self)

  /// Makes a code.
  struct Code: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a code with which one browser can be paired, and say where.")

    @Flag(help: "Print one JSON document.")
    var json = false

    @OptionGroup var pathOptions: PathOptions

    func run() throws {
      let answer = try pathOptions.ask(.pageCode)
      guard let code = JSON.decode(PageCode.self, answer) else {
        throw AgentError(.unavailable, "the agent answers something else; is it of another version?")
      }
      for problem in code.problems { Output.say("kadomori: \(problem)") }
      guard let place = code.places.first else {
        throw AgentError(
          code.problems.isEmpty ? .notFound : .unavailable,
          LocalizedText(
            ja:
              "ページは表示されていません。kadomori.yaml に 'local_page: {enabled: true}' と書き、'systemctl reload kadomori' を実行してください。",
            en:
              "the page is not served; write 'local_page: {enabled: true}' into kadomori.yaml, then 'systemctl reload kadomori'"
          )[Terminal.language])
      }
      if json { return try Output.document(code) }
      let parts = "\(code.code.prefix(4)) \(code.code.suffix(4))"
      let minutes = code.seconds / 60
      try Output.write("\(Terminal(1).styled(parts, .bold))  \(place)\n")
      for other in code.places.dropFirst() { try Output.write("           \(other)\n") }
      Output.say(
        LocalizedText(
          ja: "家の中のブラウザーで上のアドレスを開き、このコードを入力してください。\(minutes) 分間、ブラウザー 1 つに使えます。",
          en:
            "open the address in a browser in the house and enter the code there; it is good for \(minutes) min and one browser"
        )[Terminal.language])
    }
  }

  /// Ends all pairings.
  struct Forget: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Forget every browser that was paired.")

    @OptionGroup var pathOptions: PathOptions

    func run() throws {
      _ = try pathOptions.ask(.pageForget)
      Output.say(
        LocalizedText(ja: "登録したブラウザーをすべて取り消しました。", en: "no browser is paired any more")[Terminal.language])
    }
  }
}

extension PathOptions {
  /// Asks the running agent; throws where none runs, or it does not let this user ask.
  fileprivate func ask(_ request: Request) throws(AgentError) -> [UInt8] {
    let place = paths.controlSocket
    let answer = try wrapping(.unavailable) { () throws(SystemError) in
      try ControlClient.ask(request, at: place)
    }
    guard let answer else {
      throw AgentError(
        .unavailable,
        LocalizedText(
          ja: "エージェントが動いていません。'systemctl start kadomori' で起動してください。",
          en: "the agent is not running; start it with 'systemctl start kadomori'")[Terminal.language])
    }
    return answer
  }
}
