import ArgumentParser
import Posture
import WideScan

/// Signs what may be scanned.
struct AuthoriseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "authorise",
    abstract: "Sign which addresses may be scanned, until when and through which interfaces.",
    discussion: """
      Prints the file that 'wide-scan' wants. Sign on a machine where no scan runs, with a key that \
      'command-key create' made. Of IPv6, one address of each customer's prefix is probed: 'BLOCK each /56'.
      """)

  @Option(help: ArgumentHelp("The file with the key to sign with.", valueName: "file"))
  var key: String

  @Option(help: "Whose addresses they are.")
  var owner: String

  @Option(help: "Whom somebody can ask who is scanned: a mail address or a telephone number.")
  var contact: String

  @Option(help: "Who has approved it: a person.")
  var approvedBy: String

  @Option(help: ArgumentHelp("Until when, at most a year ahead: 2027-03-31T00:00:00Z.", valueName: "time"))
  var until: String

  @Option(
    name: .customLong("interface"),
    help: ArgumentHelp(
      "An interface that probes may leave by; may be given several times.", valueName: "name"))
  var interfaces: [String]

  @Argument(
    help: ArgumentHelp("Blocks such as 198.18.0.0/15 or '2001:db8::/40 each /56'.", valueName: "block"))
  var blocks: [String]

  func run() async throws {
    try await reporting {
      guard let until = WallTime(until) else {
        throw ValidationError("--until: '\(until)' is no time such as 2027-03-31T00:00:00Z.")
      }
      let read = try blocks.map { text in
        guard let block = AddressBlock(text) else {
          throw ValidationError("'\(text)' is no block such as 198.18.0.0/15 or '2001:db8::/40 each /56'.")
        }
        return block
      }
      let words = [owner, contact, approvedBy] + interfaces
      guard words.allSatisfy({ !$0.isEmpty && $0.count <= 200 && !$0.contains(where: \.isNewline) }) else {
        throw ValidationError("Names have 1 to 200 characters, on one line.")
      }
      let authorisation = Authorisation(
        owner: owner, contact: contact, approvedBy: approvedBy, validUntil: until, interfaces: interfaces,
        blocks: read)
      if let problem = authorisation.problem { throw ValidationError(problem) }
      print(try authorisation.signed(by: try KeyFile.read(key)), terminator: "")
    }
  }
}
