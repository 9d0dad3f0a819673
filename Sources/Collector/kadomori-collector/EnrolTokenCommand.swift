import ArgumentParser
import Crypto
import Enrolment
import FleetContract
import FleetStore
import LinuxIO
import Posture

struct EnrolTokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enrol-token", abstract: "Make, list and revoke the tokens that gateways enrol with.",
    subcommands: [Create.self, List.self, Revoke.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a token for one gateway; it is shown this once.")

    @OptionGroup var state: StateOption

    @Option(help: ArgumentHelp("The group (area) the gateway will belong to.", valueName: "name"))
    var group: String?

    @Option(help: ArgumentHelp("For how many hours it can be used.", valueName: "hours"))
    var hours = 24

    func validate() throws {
      guard (1...8760).contains(hours) else { throw ValidationError("--hours goes from 1 to 8760.") }
      if let group, TopicName(group) == nil {
        throw ValidationError("--group takes up to 64 letters, digits, '.', '_' and '-'.")
      }
    }

    func run() async throws {
      try await reporting {
        let (store, room) = try openEnrolment(state)
        let now = Clocks.wall
        guard
          let token = EnrolmentToken(
            id: Base32.encode(try Digest.random(5)), secret: Base32.encode(try Digest.random(20)),
            pin: room.pin)
        else { preconditionFailure("20 bytes are 32 letters") }
        let expires = WallTime(milliseconds: now.milliseconds + Int64(hours) * 3_600_000)
        try store.add(
          EnrolmentGrant(
            id: token.id, kind: .token, group: group, created: now, expires: expires, usesLeft: 1),
          secretHash: Digest.sha256(Array(token.secret.utf8)))
        print(token.description)
        talk("valid for one gateway until \(expires); whoever has it can enrol, so treat it like a key")
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List every token, without its secret.")

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
    static let configuration = CommandConfiguration(abstract: "Make a token worthless.")

    @Argument(help: "The first part of the token, as 'list' shows it.") var id: String
    @OptionGroup var state: StateOption

    func run() async throws {
      try await reporting {
        guard try openEnrolment(state).store.revokeGrant(id, at: Clocks.wall) else {
          talk("there is no token '\(id)'; 'enrol-token list' shows those there are")
          throw ExitCode(ExitStatus.notFound.rawValue)
        }
      }
    }
  }
}

/// The store and the authority of a state directory, made where there are none.
func openEnrolment(_ state: StateOption) throws -> (store: FleetStore, room: CertificateRoom) {
  let directory = state.resolve()
  try Files.createDirectory(directory, mode: 0o700)
  let room = try CertificateRoom(state: directory, issuer: nil, now: Clocks.wall)
  return (try FleetStore.open(directory + "/" + FleetStore.fileName), room)
}
