import ArgumentParser
import Enrolment
import FleetContract
import LinuxIO
import Posture
import Server

struct TenantCertificateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tenant-certificate",
    abstract: "Make a certificate and its key, with which a tenant's user comes in at the broker.",
    discussion: """
      The user has to be one of 'tenants:' in the configuration file, and may read what is published for that tenant. \
      The directory gets USER.crt and USER.key; what is there already is never replaced. To take it back, take the \
      user out of the file and start the collector again: its certificate opens nothing then.
      """)

  @Argument(help: ArgumentHelp("The user, as the configuration file has it.", valueName: "user"))
  var user: String
  @Option(help: ArgumentHelp("For how many days it can be used.", valueName: "days")) var days = 365
  @Option(help: ArgumentHelp("The directory for the two files; it is made.", valueName: "directory"))
  var out: String
  @OptionGroup var enrolment: EnrolmentOption

  func validate() throws {
    guard (1...3660).contains(days) else { throw ValidationError("--days goes from 1 to 3660.") }
    guard enrolment.config != nil else {
      throw ValidationError(
        "give the collector's configuration file with --config: it says who is a tenant's user.")
    }
  }

  func run() async throws {
    try await reporting {
      let access = try enrolment.open()
      guard let reader = access.readers?.first(where: { $0.user.description == user }) else {
        throw ValidationError(
          "'\(user)' is no user of 'tenants:' in \(enrolment.config ?? "the file"); add it there.")
      }
      let now = Clocks.wall
      let expires = WallTime(milliseconds: now.milliseconds + Int64(days) * 86_400_000)
      let issued = try access.room.certificate(of: reader, expires: expires, now: now)
      try StateOwner.asCaller { try IssuedFiles(issued, named: user, in: out).keep() }
      talk(
        "valid until \(expires), to read \(Topic.root)/\(Tenancy.level)/\(reader.tenant?.description ?? "")/#"
      )
    }
  }
}
