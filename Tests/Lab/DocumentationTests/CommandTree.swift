import BrokerFixture
import Foundation
import SiteFixture

/// The commands of a program and their options, as the program itself tells them.
struct CommandTree: Decodable {
  struct Argument: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String
    }

    var kind: String
    var names: [Name]?
  }

  var commandName: String
  var arguments: [Argument]?
  var subcommands: [CommandTree]?
  var defaultSubcommand: String?

  private struct Dump: Decodable {
    var command: CommandTree
  }

  /// Asks the program.
  init(of program: String, in directory: TemporaryDirectory) throws {
    let told = try run(Site.program(program), ["--experimental-dump-help"], in: directory, errors: false)
    self = try JSONDecoder().decode(Dump.self, from: Data(told.text.utf8)).command
  }

  /// What of a command, its words without the program's name, does not exist; `nil` where all does.
  func fault(in words: [String]) -> String? {
    guard let word = words.first else { return nil }
    if let child = subcommands?.first(where: { $0.commandName == word }) {
      return child.fault(in: Array(words.dropFirst()))
    }
    let takesWords = allArguments.contains { $0.kind == "positional" }
    if let children = subcommands, children.contains(where: { $0.commandName != "help" }), !takesWords,
      word.allSatisfy({ $0.isLowercase || $0 == "-" }), !word.hasPrefix("-")
    {
      return "'\(commandName)' has no command '\(word)'"
    }
    for word in words {
      guard word.hasPrefix("--"), let name = word.dropFirst(2).split(separator: "=").first else { continue }
      let isKnown = allArguments.contains { argument in
        (argument.names ?? []).contains { $0.name == name && $0.kind == "long" }
      }
      if !isKnown { return "'\(commandName)' has no option '--\(name)'" }
    }
    return nil
  }

  /// Its own, and those of the command that it stands for when it is given alone.
  private var allArguments: [Argument] {
    let standing = subcommands?.first { $0.commandName == defaultSubcommand }?.arguments
    return (arguments ?? []) + (standing ?? [])
  }
}
