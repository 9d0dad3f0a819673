import ArgumentParser
import Cryptography
import FleetContract
import FleetStore
import LinuxIO
import Posture

struct UserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user",
    abstract: "Say who may sign in to the dashboard.",
    discussion: """
      There is no password to begin with: the first operator is made here, on the collector. A password is asked for at a \
      terminal, else it is the first line of standard input.
      """,
    subcommands: [Add.self, List.self, Remove.self, Password.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Make an account.",
      discussion: """
        An operator sees and does everything; a technician notes what was done about findings; a tenant only looks, and has \
        to have groups. With --group any of them has the gateways of these groups alone.
        """)

    @Argument(help: ArgumentHelp("Its name: letters, digits, '.', '_' and '-'.", valueName: "name"))
    var name: TopicName
    @Option(help: ArgumentHelp("operator, technician or tenant.", valueName: "role")) var role: Account.Role
    @OptionGroup var groups: GroupsOption
    @OptionGroup var actor: Actor
    @OptionGroup var state: StateOption

    func validate() throws {
      guard role != .tenant || !groups.group.isEmpty else {
        throw ValidationError("a tenant has gateways of its own: say which with --group")
      }
    }

    func run() async throws {
      try await reporting {
        let by = try actor.name()
        let store = try state.openToChange()
        guard try store.account(name.description) == nil else { throw taken }
        let account = Account(
          name.description, role, groups: groups.names,
          password: try PasswordHash.make(try NewPassword.read()),
          created: Clocks.wall)
        guard try store.add(account, by: by) else { throw taken }
        talk("\(name) may sign in as \(role.rawValue)")
      }
    }

    private var taken: ValidationError {
      ValidationError("there is an account '\(name)' already; 'user password' changes its password")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List every account.")
    @OptionGroup var show: ShowOptions

    func run() async throws {
      try await reporting {
        let accounts = try show.openStore().accounts()
        if show.json { return try printJSON("accounts", accounts) }
        var table = Table(["ACCOUNT", "ROLE", "GROUPS", "CREATED", "CHANGED"])
        for account in accounts {
          table.add([
            account.name, account.role.rawValue, account.groups?.joined(separator: ", ") ?? "all",
            account.created.description, account.changed.description,
          ])
        }
        print(table.text)
      }
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove",
      abstract: "Remove an account; who is signed in is out at once.")
    @OptionGroup var name: AccountName

    func run() async throws {
      try await reporting {
        let by = try name.actor.name()
        guard try name.state.openToChange().removeAccount(name.name.description, by: by, at: Clocks.wall)
        else {
          throw name.unknown()
        }
      }
    }
  }

  struct Password: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "password",
      abstract: "Set another password; who is signed in has to sign in again.")
    @OptionGroup var name: AccountName

    func run() async throws {
      try await reporting {
        let by = try name.actor.name()
        let store = try name.state.openToChange()
        guard try store.account(name.name.description) != nil else { throw name.unknown() }
        let hash = try PasswordHash.make(try NewPassword.read())
        guard try store.setPassword(hash, of: name.name.description, by: by, at: Clocks.wall) else {
          throw name.unknown()
        }
      }
    }
  }
}

/// Which account, and who does something to it.
struct AccountName: ParsableArguments {
  @Argument(help: ArgumentHelp("The account's name.", valueName: "name")) var name: TopicName
  @OptionGroup var actor: Actor
  @OptionGroup var state: StateOption

  func unknown() -> ExitCode {
    talk("there is no account '\(name)'; 'user list' shows those there are")
    return ExitCode(ExitStatus.notFound.rawValue)
  }
}

/// The groups that somebody is let see.
struct GroupsOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A group whose gateways may be seen; may be given again. Without it, all of them.", valueName: "group"))
  var group: [TopicName] = []

  var names: [String]? { group.isEmpty ? nil : Set(group.map(\.description)).sorted() }
}

extension Account.Role: ExpressibleByArgument {}
