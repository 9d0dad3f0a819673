import ArgumentParser
import FleetContract
import FleetStore
import LinuxIO
import Posture
import Restoration

struct RestorationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restoration",
    abstract: "Show outages and how areas come back from them; announce an outage.",
    discussion: """
      The collector that runs decides, by 'restoration:' in its configuration: when an area has an outage, over what \
      window its gateways come back, and how fast the clock of that window runs.
      """,
    subcommands: [
      ShowRestoration.self, AnnounceOutage.self, CancelOutage.self, RestorationRecord.self,
    ],
    defaultSubcommand: ShowRestoration.self)
}

struct ShowRestoration: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show who is away, what is published, and the return as a curve.",
    discussion: """
      STATE is calm, out, or returning. ETA is when 99 % of those away will be back, going by the last minutes. The \
      curve shows what part has a session, from the beginning of the outage until now.
      """)

  @OptionGroup var show: ShowOptions

  @Option(help: ArgumentHelp("Draw the last outage of each area, as SVG.", valueName: "file"))
  var svg: String?

  func run() async throws {
    try await reporting {
      let store = try show.openStore()
      guard let document = try RestorationStatus(store, now: Clocks.wall) else {
        talk(
          "nothing is published yet: give 'restoration:' in the configuration of the collector, and let gateways enrol "
            + "for a group")
        throw ExitCode(ExitStatus.nothing.rawValue)
      }
      if let svg { try Files.replace(svg, with: Array(document.curve.svg.utf8)) }
      if show.json { return try printJSON("restoration_status", document) }
      print(document.table.text)
      if let capacity = document.capacity {
        print("\nthe broker is taken to let in \(Int(capacity.rounded())) new sessions a second")
      }
      for area in document.areas { if let text = area.picture { print("\n" + text) } }
      for outage in document.announced {
        print(
          "\nannounced \(outage.number): \(outage.group), \(outage.from) to \(outage.until)"
            + (outage.expected.map { ", \($0) gateways" } ?? ""))
      }
    }
  }
}

/// What `run` is to know of an outage before it comes.
struct AnnounceOutage: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "announce",
    abstract: "Announce an outage of a group, so that its gateways are prepared for the return.",
    discussion: """
      An hour before it begins, while they can still hear of it, gateways are told the window for as many as will be \
      away. Prints the number of the announcement.
      """)

  @Option(help: ArgumentHelp("The group that will be away.", valueName: "group"))
  var group: TopicName

  @Option(help: ArgumentHelp("When it begins, such as 2026-11-22T23:00:00Z.", valueName: "time"))
  var from: WallTime

  @Option(help: ArgumentHelp("When it is over at the latest.", valueName: "time"))
  var until: WallTime

  @Option(
    help: ArgumentHelp("How many gateways will be away; all of the group when absent.", valueName: "count"))
  var gateways: Int?

  @OptionGroup var state: StateOption

  func validate() throws {
    guard from < until, until.milliseconds - from.milliseconds <= 31 * 86_400_000 else {
      throw ValidationError("--until is after --from, by 31 days at most.")
    }
    guard gateways.map({ (1...100_000_000).contains($0) }) ?? true else {
      throw ValidationError("--gateways goes from 1 to 100000000.")
    }
  }

  func run() async throws {
    try await reporting {
      let store = try FleetStore.openToCommand(state.store())
      guard until > Clocks.wall else { throw ValidationError("--until has passed.") }
      print(try store.announce(group, from: from, until: until, expected: gateways))
    }
  }
}

struct CancelOutage: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Take the announcement of an outage back.")

  @Argument(help: ArgumentHelp("The number that 'announce' printed.", valueName: "number"))
  var number: Int64

  @OptionGroup var state: StateOption

  func run() async throws {
    try await reporting {
      let store = try FleetStore.openToCommand(state.store())
      guard try store.cancelOutage(number, at: Clocks.wall) else {
        talk("no outage \(number) is announced that is not over; 'restoration' lists them")
        throw ExitCode(ExitStatus.notFound.rawValue)
      }
    }
  }
}

extension WallTime: ExpressibleByArgument {}
