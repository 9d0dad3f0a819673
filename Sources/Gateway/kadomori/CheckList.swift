import Agent
import ArgumentParser
import Checks
import Posture
import Wording

/// Lists everything that is checked.
struct CheckList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checks", abstract: "List everything that is checked, with the standards that ask for it.")

  @Flag(help: "Print one JSON document.")
  var json = false

  func run() throws {
    let language = Terminal.language
    if json { return try Output.document(CheckDocument(language)) }
    let terminal = Terminal(1)
    for check in Checks.all {
      let head =
        "\(TextWidth.fit(check.id, to: 30))  \(TextWidth.fit(check.severity.words[language], to: 8))"
      let room = max(20, terminal.columns - 42)
      let title = TextWidth.wrap(check.title[language], to: room).first ?? ""
      try Output.write("\(head)  \(title)\n")
    }
    Output.say(
      "\(Checks.all.count) checks, version \(Checks.version) of the catalogue; 'kadomori explain ID' tells more"
    )
  }
}

/// The catalogue as data.
struct CheckDocument: Encodable {
  struct Entry: Encodable {
    var id: String
    var severity: Severity
    var title: String
    var reason: String
    var remedy: String
    var references: [String]
    var requirements: [String]
    var clauses: [String]
    var added: Int
  }

  var v = "1.0"
  var catalogue = Checks.version
  var checks: [Entry]

  init(_ language: Language) {
    checks = Checks.all.map { check in
      Entry(
        id: check.id, severity: check.severity, title: check.title[language], reason: check.reason[language],
        remedy: check.remedy.text[language], references: check.references,
        requirements: check.requirements.map(\.rawValue),
        clauses: check.clauses, added: check.added)
    }
  }
}

extension Check {
  /// The clauses of all its requirements, each once.
  var clauses: [String] {
    var seen: Set<String> = []
    return requirements.flatMap(\.clauses).filter { seen.insert($0).inserted }
  }
}
