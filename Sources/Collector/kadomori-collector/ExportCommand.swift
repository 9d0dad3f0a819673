import ArgumentParser
import Casework
import Correlate
import Exchange
import FleetContract
import FleetStore
import LinuxIO
import Posture

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write what is open to the Internet, or numbers of the fleet, in formats others read.",
    discussion: """
      Services are those that were open when somebody outside looked last, and that a gateway is known to have; what \
      was accepted or muted is left out. With --group only gateways of those groups are in the output.
      """,
    subcommands: [XARF.self, Shadowserver.self, IntelMQ.self, Prometheus.self])

  struct XARF: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "xarf", abstract: "XARF 4.2 reports, one JSON object a line.")

    @Option(help: ArgumentHelp("Who reports.", valueName: "name")) var org: String
    @Option(help: ArgumentHelp("The reporter's e-mail address.", valueName: "address")) var contact: String
    @Option(help: ArgumentHelp("The reporter's domain.", valueName: "domain")) var domain: String
    @OptionGroup var scope: ScopeOptions

    func run() async throws {
      try await reporting {
        guard let contact = XARFReports.Contact(org: org, contact: contact, domain: domain) else {
          throw ValidationError(
            "--contact has to be an e-mail address, and --domain a domain such as isp.example.")
        }
        let services = try scope.services()
        print(try XARFReports(from: contact).lines(services, scope: scope.scope), terminator: "")
      }
    }
  }

  struct IntelMQ: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "intelmq", abstract: "IntelMQ events, one JSON object a line.")

    @OptionGroup var scope: ScopeOptions

    func run() async throws {
      try await reporting {
        print(
          try IntelMQEvents.lines(try scope.services(), scope: scope.scope, now: Clocks.wall), terminator: "")
      }
    }
  }

  struct Shadowserver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "shadowserver",
      abstract: "CSV files as the Shadowserver Foundation's, one for each report.")

    @Option(
      help: ArgumentHelp(
        "A directory that is there; files of the same day are replaced.", valueName: "directory"))
    var out: String
    @Option(help: ArgumentHelp("A word for the files' names: letters, digits, '_'.", valueName: "word"))
    var org = "kadomori"
    @OptionGroup var scope: ScopeOptions

    func validate() throws {
      guard (1...64).contains(org.utf8.count),
        org.utf8.allSatisfy({
          TopicName(String(UnicodeScalar($0))) != nil && $0 != 0x2d && $0 != 0x2e || $0 == 0x5f
        })
      else { throw ValidationError("--org takes letters, digits and '_' only.") }
    }

    func run() async throws {
      try await reporting {
        let files = ShadowserverReports.files(
          try scope.services(), scope: scope.scope, organisation: org, day: Clocks.wall)
        for file in files {
          try Files.replace(out + "/" + file.name, with: Array(file.text.utf8), mode: 0o640)
          print(file.name)
        }
        if files.isEmpty { talk("nothing is open from outside, as far as is known; no file was written") }
      }
    }
  }

  struct Prometheus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "prometheus", abstract: "Numbers of the fleet as Prometheus reads them.",
      discussion: "For node_exporter's textfile collector, write them to a file beside and rename that.")

    @OptionGroup var scope: ScopeOptions

    func run() async throws {
      try await reporting { print(try FleetMetrics(try scope.store(), scope).text, terminator: "") }
    }
  }
}

/// Of whose gateways something is written.
struct ScopeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Of the gateways of one group only; may be given again.", valueName: "name"))
  var group: [TopicName] = []
  @OptionGroup var state: StateOption

  var groups: [String]? { group.isEmpty ? nil : group.map(\.description) }
  var scope: TenantScope { groups.map { .groups(Set($0)) } ?? .everybody }

  func store() throws -> FleetStore {
    try FleetStore.openToRead(state.store())
  }

  func services() throws -> [ReachableService] {
    var services: [ReachableService] = []
    try store().reachable(inGroups: groups, now: Clocks.wall) { services.append($0) }
    return services
  }
}
