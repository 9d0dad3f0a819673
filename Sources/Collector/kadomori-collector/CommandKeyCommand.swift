import ArgumentParser
import Cryptography
import FleetContract
import Foundation

/// Makes and shows the keys that operators sign commands with.
struct CommandKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "command-key",
    abstract: "Make, show and use an operator's key for commands.",
    discussion: """
      The key is no broker's and no collector's: keep it where neither of them runs, or in a device that signs for \
      you, and give its public half to enrolment.
      """,
    subcommands: [Create.self, Show.self, Sign.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create",
      abstract: "Make a key in a new file that only you can read.")

    @Option(help: ArgumentHelp("The file to make; one that is there is never replaced.", valueName: "file"))
    var out: String

    @OptionGroup var use: UseOption

    func run() async throws {
      try await reporting {
        let key = try SigningKey()
        try KeyFile.create(out, with: try key.privatePEM())
        try CommandKeyCommand.show(key, use)
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show the public half, as gateways need it.")

    @Argument(help: ArgumentHelp("The file with the key.", valueName: "file"))
    var file: String

    @OptionGroup var use: UseOption

    func run() async throws {
      try await reporting { try CommandKeyCommand.show(try KeyFile.read(file), use) }
    }
  }

  struct UseOption: ParsableArguments {
    @Flag(
      help: ArgumentHelp(
        "The key is to sign how fast gateways come back, and nothing else.",
        discussion: "Such a key may stand on the collector: 'key:' of 'restoration:'."))
    var pace = false

    @Flag(
      help: ArgumentHelp(
        "The key is to sign firmware profiles, and nothing else.", discussion: "'profiles publish' takes it.")
    )
    var profiles = false

    func validate() throws {
      guard !(pace && profiles) else { throw ValidationError("A key is for --pace or for --profiles.") }
    }

    var use: OperatorKey.Use { pace ? .pace : profiles ? .profiles : .command }
  }

  struct Sign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "sign",
      abstract:
        "Sign what comes on standard input: for 'command --signer', on the machine that holds the key.")

    @Argument(help: ArgumentHelp("The file with the key.", valueName: "file"))
    var file: String

    func run() async throws {
      try await reporting {
        let key = try KeyFile.read(file)
        let bytes = [UInt8](
          try FileHandle.standardInput.read(upToCount: CommandDocument.maximumBytes + 1) ?? Data())
        // Whoever can ask for a signature must not get one over anything else.
        _ = try CommandDocument(bytes: bytes)
        print(KeyID(of: key.publicKey), PaddedBase64.text(try key.sign(bytes)))
      }
    }
  }

  /// Prints one entry of a gateway's `operator-keys.json`.
  private static func show(_ key: SigningKey, _ use: UseOption) throws {
    guard let entry = OperatorKey(publicKey: key.publicKey, use: use.use) else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(entry), as: UTF8.self))
  }
}
