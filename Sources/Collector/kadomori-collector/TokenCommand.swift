import ArgumentParser
import Cryptography
import FleetContract
import FleetStore
import LinuxIO
import Posture

struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Make, list and revoke what programs use the HTTP API with.",
    subcommands: [Add.self, List.self, Revoke.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Make a token; it is shown this once.",
      discussion: """
        Scopes: 'read' for gateways, findings and regions; 'decide' to accept, mute and note findings; 'provider' for \
        campaigns, trials and the audit, which a token with --group does not get.
        """)

    @Argument(help: ArgumentHelp("What it is for, in a few words.", valueName: "label")) var label: String
    @Option(help: ArgumentHelp("read, decide or provider; may be given again.", valueName: "scope"))
    var scope: [AccessToken.Scope] = [.read]
    @Option(help: ArgumentHelp("For how many days it is good, at most 366.", valueName: "days")) var days = 90
    @OptionGroup var groups: GroupsOption
    @OptionGroup var actor: Actor
    @OptionGroup var state: StateOption

    func validate() throws {
      guard (1...366).contains(days) else { throw ValidationError("--days goes from 1 to 366.") }
      guard !Actor.clean(label).isEmpty else { throw ValidationError("say what the token is for") }
    }

    func run() async throws {
      try await reporting {
        let by = try actor.name()
        let store = try state.openToChange()
        let now = Clocks.wall
        let secret = Base32.encode(try Digest.random(25))
        let token = AccessToken(
          id: Base32.encode(try Digest.random(5)),
          hash: Hexadecimal.text(Digest.sha256(Array(secret.utf8))), label: Actor.clean(label),
          scopes: Set(scope), groups: groups.names, created: now,
          expires: WallTime(milliseconds: now.milliseconds + Int64(days) * 86_400_000))
        try store.add(token, by: by)
        print("kdm_\(token.id)_\(secret)")
        talk("good until \(token.expires.wholeSeconds); whoever has it can use it, so treat it like a key")
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List every token, without its secret.")
    @OptionGroup var show: ShowOptions

    func run() async throws {
      try await reporting {
        let tokens = try show.openStore().accessTokens()
        if show.json { return try printJSON("tokens", tokens) }
        var table = Table(["TOKEN", "FOR", "SCOPES", "GROUPS", "EXPIRES", "USED", "REVOKED"])
        for token in tokens {
          table.add([
            token.id, TerminalText.line(token.label),
            token.scopes.map(\.rawValue).sorted().joined(separator: " "),
            token.groups?.joined(separator: ", ") ?? "all", token.expires.description, token.used.cell,
            token.revoked.cell,
          ])
        }
        print(table.text)
      }
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "revoke", abstract: "Make a token worthless.")
    @Argument(help: ArgumentHelp("The middle part of the token, as 'list' shows it.", valueName: "id"))
    var id: String
    @OptionGroup var actor: Actor
    @OptionGroup var state: StateOption

    func run() async throws {
      try await reporting {
        guard try state.openToChange().revokeToken(id, by: try actor.name(), at: Clocks.wall) else {
          talk(TerminalText.line("there is no token '\(id)'; 'token list' shows those there are"))
          throw ExitCode(ExitStatus.notFound.rawValue)
        }
      }
    }
  }
}

extension AccessToken.Scope: ExpressibleByArgument {}
