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
      Writes the broker's revocation list and list of rights anew. A collector that runs here with a broker of its \
      own has it read them and ends the gateway's session, within seconds. Another mosquitto that uses these files \
      has to read them again: give its process id with --broker, or send it SIGHUP.
      """)

  @Argument(help: ArgumentHelp("The gateway's name.", valueName: "gateway")) var id: GatewayID
  @Option(help: ArgumentHelp("Why, for the audit.", valueName: "words")) var reason: String?
  @Option(help: ArgumentHelp("The process id of the mosquitto to tell.", valueName: "pid")) var broker: Int32?
  @OptionGroup var collector: CollectorNames
  @OptionGroup var enrolment: EnrolmentOption

  func validate() throws {
    if let broker, broker < 2 { throw ValidationError("--broker takes the id of a process.") }
  }

  func run() async throws {
    try await reporting {
      let access = try enrolment.open()
      guard try access.store.revoke(id, reason: reason, at: Clocks.wall) else {
        talk("\(id) was never enrolled here")
        throw ExitCode(ExitStatus.notFound.rawValue)
      }
      try access.room.writeLists(
        access.store, collectors: collector.names(access), only: collector.areGiven,
        readers: access.readers, now: Clocks.wall)
      if let broker {
        try StateOwner.asCaller {
          _ = try system("kill", "process \(broker)") { kill(broker, SIGHUP) }
        }
        return talk("\(id) is revoked, and the broker was told")
      }
      talk(try await outcome(access.store))
    }
  }

  /// How long a collector that runs here has to do its part.
  private static let patience = Duration.seconds(5)

  /// Waits for the collector that runs, if one does.
  private func outcome(_ store: FleetStore) async throws -> String {
    let end = Clocks.sinceBoot + Self.patience
    while Clocks.sinceBoot < end {
      if try store.enrolment(of: id)?.enforced != nil {
        return
          "\(id) is revoked, and the collector has it: its own broker has put it out; another has to read "
          + "its lists again (SIGHUP)"
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    return "\(id) is revoked, but no collector that runs here has taken note. Have the broker read its lists "
      + "again (SIGHUP); until then it can speak and hear"
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
  @OptionGroup var enrolment: EnrolmentOption

  func run() async throws {
    try await reporting {
      let access = try enrolment.open()
      let names = collector.names(access)
      try access.room.furnish(collector: names[0], names: name, now: Clocks.wall)
      try access.room.writeLists(
        access.store, collectors: names, only: collector.areGiven, readers: access.readers, now: Clocks.wall)
      let configuration = BrokerConfiguration(
        listen: listen, directory: "/var/lib/mosquitto", user: user,
        security: BrokerConfiguration.Security(access.room.files))
      print(configuration.text, terminator: "")
    }
  }
}

/// The collectors that the broker's list of rights names.
struct CollectorNames: ParsableArguments {
  @Option(
    name: .customLong("collector"),
    help: ArgumentHelp(
      "A collector with rights at the broker, and none but those given; may be given again.",
      discussion:
        "The default is those that have rights already, else the configuration's, else this machine's.",
      valueName: "name"))
  var given: [String] = []

  func validate() throws {
    if let wrong = given.first(where: { TopicName($0) == nil }) {
      throw ValidationError("'\(wrong)' is no name of a collector.")
    }
  }

  var areGiven: Bool { !given.isEmpty }

  func names(_ access: EnrolmentAccess) -> [String] {
    func name(_ collector: some CustomStringConvertible) -> String { "kadomori-collector-\(collector)" }
    if areGiven { return given.map(name) }
    let configured = access.name.map { [name($0)] } ?? []
    let known = access.room.knownCollectors.filter { !configured.contains($0) }
    if !(configured + known).isEmpty { return configured + known }
    var host = [CChar](repeating: 0, count: 256)
    gethostname(&host, 255)
    let own = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return [name(CollectorSettings.defaultName(host: own))]
  }
}
