import ArgumentParser
import Cryptography
import Enrolment
import FleetContract
import FleetStore
import LinuxIO
import Posture

extension EnrolTokenCommand {
  struct Claim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "claim",
      abstract: "Make a claim certificate and its key, which a factory puts into a batch of gateways.",
      discussion: """
        A claim does nothing but enrol as many gateways as --uses says, each with a key of its own; no broker lets it \
        in. The directory gets claim.crt and claim.key; what is there already is never replaced.
        """)

    @OptionGroup var grant: GrantOptions

    @Option(help: ArgumentHelp("How many gateways it can enrol.", valueName: "count"))
    var uses: Int

    @Option(help: ArgumentHelp("For how many hours it can be used.", valueName: "hours"))
    var hours: Int

    @Option(help: ArgumentHelp("The directory for the two files; it is made.", valueName: "directory"))
    var out: String

    func validate() throws {
      try GrantOptions.demand(hours: hours)
      guard (1...1_000_000).contains(uses) else { throw ValidationError("--uses goes from 1 to 1000000.") }
    }

    func run() async throws {
      try await reporting {
        let enrolment = try grant.enrolment.open()
        let now = Clocks.wall
        let expires = GrantOptions.end(after: hours, from: now)
        let id = Base32.encode(try Digest.random(5))
        let claim = try enrolment.room.claim(id, expires: expires, now: now)
        // Files that exist before the store knows them open nothing; a grant without files helps nobody.
        let files = try StateOwner.asCaller { try IssuedFiles(claim, named: "claim", in: out) }
        do {
          try enrolment.store.add(
            EnrolmentGrant(
              id: id, kind: .claim, group: grant.group?.description, created: now, expires: expires,
              usesLeft: uses), secretHash: nil)
          try StateOwner.asCaller { try files.keep() }
        } catch {
          try StateOwner.asCaller { files.remove() }
          _ = try? enrolment.store.revokeGrant(id, at: now)
          throw error
        }
        print(id)
        talk("valid for \(uses) gateways until \(expires); revoke it with 'enrol-token revoke \(id)'")
      }
    }
  }
}
