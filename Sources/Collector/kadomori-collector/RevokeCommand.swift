import ArgumentParser
import Enrolment
import FleetContract
import FleetStore
import Glibc
import LinuxIO
import Posture
import PrivateBroker
import Server

struct RevokeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Take a gateway's rights and certificates away.",
    discussion: """
      Writes the broker's revocation list and list of rights anew. A mosquitto that uses these files has to read \
      them again: give its process id with --broker, or send it SIGHUP.
      """)

  @Argument(help: ArgumentHelp("The gateway's name.", valueName: "gateway")) var id: GatewayID
  @Option(help: ArgumentHelp("Why, for the audit.", valueName: "words")) var reason: String?
  @Option(help: ArgumentHelp("The process id of the mosquitto to tell.", valueName: "pid")) var broker: Int32?
  @OptionGroup var collector: CollectorNames
  @OptionGroup var state: StateOption

  func validate() throws {
    if let broker, broker < 2 { throw ValidationError("--broker takes the id of a process.") }
  }

  func run() async throws {
    try await reporting {
      let (store, room) = try openEnrolment(state)
      guard try store.revoke(id, reason: reason, at: Clocks.wall) else {
        talk("\(id) was never enrolled here")
        throw ExitCode(ExitStatus.notFound.rawValue)
      }
      try room.writeLists(store, collectors: collector.names, now: Clocks.wall)
      guard let broker else {
        return talk("\(id) is revoked; now have the broker read its lists again (SIGHUP)")
      }
      try system("kill", "process \(broker)") { kill(broker, SIGHUP) }
      talk("\(id) is revoked, and the broker was told")
    }
  }
}

/// Prints what a provider's own broker needs.
struct BrokerConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "broker-config",
    abstract:
      "Make the broker's certificate and lists, and print the configuration of a mosquitto that uses them.")

  @Option(help: ArgumentHelp("Where it listens.", valueName: "address:port")) var listen: ListenAddress
  @Option(help: ArgumentHelp("A name or address in its certificate; may be given again.", valueName: "name"))
  var name: [String]
  @Option(help: ArgumentHelp("The user mosquitto runs as.", valueName: "user")) var user = "mosquitto"
  @OptionGroup var collector: CollectorNames
  @OptionGroup var state: StateOption

  func run() async throws {
    try await reporting {
      let (store, room) = try openEnrolment(state)
      let files = room.files
      try room.furnish(collector: collector.names[0], names: name, now: Clocks.wall)
      try room.writeLists(store, collectors: collector.names, now: Clocks.wall)
      let configuration = BrokerConfiguration(
        listen: listen, directory: "/var/lib/mosquitto", user: user,
        security: BrokerConfiguration.Security(
          authorities: files.authorities, certificate: files.server, key: files.serverKey,
          revocations: files.revocations, accessList: files.accessList))
      print(configuration.text, terminator: "")
    }
  }
}

/// The collectors that the broker's list of rights names.
struct CollectorNames: ParsableArguments {
  @Option(
    name: .customLong("collector"),
    help: ArgumentHelp(
      "A collector's name; may be given again. The default is this machine's.", valueName: "name"))
  var given: [String] = []

  func validate() throws {
    if let wrong = given.first(where: { TopicName($0) == nil }) {
      throw ValidationError("'\(wrong)' is no name of a collector.")
    }
  }

  var names: [String] {
    var host = [CChar](repeating: 0, count: 256)
    gethostname(&host, 255)
    let own = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let all = given.isEmpty ? [CollectorSettings.defaultName(host: own).description] : given
    return all.map { "kadomori-collector-\($0)" }
  }
}
