import ArgumentParser
import Foundation
import Notices
import Settings

/// In which words subscribers are told.
struct WordingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read texts of your own from this YAML file; 'notices lint' says how they read.", valueName: "file"))
  var texts: String?

  @Option(help: ArgumentHelp("Which of these texts, where a trial does not say.", valueName: "name"))
  var wording = NoticeWordings.standard

  func read() throws -> NoticeWordings {
    let wordings = try texts.map { try Node(contentsOf: $0).read(NoticeWordings.format) } ?? NoticeWordings()
    guard wordings.contains(wording) else {
      throw ValidationError(
        "there are no texts '\(wording)'\(texts.map { " in \($0)" } ?? "; name a file with --texts").")
    }
    return wordings
  }
}

extension NoticesCommand {
  struct Lint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "lint",
      abstract: "Say what is wrong with texts of your own, and what in them is hard to read.",
      discussion: """
        Each is filled for every check, and read for sentences that are too long, words of the trade, and what only a fraud \
        asks for. Exits with 65 where the file is no texts, and with 5 where they read badly.
        """)

    @Argument(help: ArgumentHelp("The file, in YAML.", valueName: "file")) var file: String

    func run() async throws {
      try await reporting {
        let faults = try Node(contentsOf: file).read(NoticeWordings.format).faults()
        for fault in faults { print(TerminalText.line(fault, limit: 400)) }
        guard faults.isEmpty else { throw ExitCode(ExitStatus.failed.rawValue) }
        talk("these texts read well")
      }
    }
  }
}
