import ArgumentParser
import Cryptography
import Enrolment
import FleetContract
import FleetStore
import LinuxIO
import Posture

struct EnrolTokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enrol-token",
    abstract: "Make, list and revoke what gateways enrol with: tokens and claims.",
    subcommands: [Create.self, Claim.self, List.self, Revoke.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create",
      abstract: "Make a token for one gateway; it is shown this once.")

    @OptionGroup var grant: GrantOptions

    @Option(help: ArgumentHelp("For how many hours it can be used.", valueName: "hours"))
    var hours = 24

    func validate() throws { try GrantOptions.demand(hours: hours) }

    func run() async throws {
      try await reporting {
        let enrolment = try grant.enrolment.open()
        let now = Clocks.wall
        guard
          let token = EnrolmentToken(
            id: Base32.encode(try Digest.random(5)), secret: Base32.encode(try Digest.random(20)),
            pin: enrolment.room.pin)
        else { preconditionFailure("20 bytes are 32 letters") }
        let expires = GrantOptions.end(after: hours, from: now)
        try enrolment.store.add(
          EnrolmentGrant(
            id: token.id, kind: .token, group: grant.group?.description, created: now, expires: expires,
            usesLeft: 1),
          secretHash: Digest.sha256(Array(token.secret.utf8)))
        print(token.description)
        talk("valid for one gateway until \(expires); whoever has it can enrol, so treat it like a key")
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List every token and claim, without its secret.")

    @OptionGroup var show: ShowOptions

    func run() async throws {
      try await reporting {
        let grants = try show.openStore().grants()
        if show.json { return try printJSON("grants", grants) }
        var table = Table(["TOKEN", "KIND", "GROUP", "EXPIRES", "USES LEFT", "LAST GATEWAY", "REVOKED"])
        for grant in grants {
          table.add([
            grant.id, grant.kind.rawValue, grant.group ?? "-", grant.expires.description,
            String(grant.usesLeft), grant.lastGateway ?? "-", grant.revoked.cell,
          ])
        }
        print(table.text)
      }
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "revoke", abstract: "Make a token or a claim worthless.")

    @Argument(help: "The first part of the token, or the claim, as 'list' shows it.") var id: String
    @OptionGroup var enrolment: EnrolmentOption

    func run() async throws {
      try await reporting {
        guard try enrolment.open().store.revokeGrant(id, at: Clocks.wall) else {
          talk("there is no token and no claim '\(id)'; 'enrol-token list' shows those there are")
          throw ExitCode(ExitStatus.notFound.rawValue)
        }
      }
    }
  }
}

/// What every grant is made with.
struct GrantOptions: ParsableArguments {
  @OptionGroup var enrolment: EnrolmentOption

  @Option(help: ArgumentHelp("The group (area) its gateways will belong to.", valueName: "name"))
  var group: TopicName?

  static func demand(hours: Int) throws {
    guard (1...8760).contains(hours) else { throw ValidationError("--hours goes from 1 to 8760.") }
  }

  static func end(after hours: Int, from now: WallTime) -> WallTime {
    WallTime(milliseconds: now.milliseconds + Int64(hours) * 3_600_000)
  }
}
