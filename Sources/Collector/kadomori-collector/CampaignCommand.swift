import ArgumentParser
import Campaigns
import FleetContract
import FleetStore
import Foundation
import LinuxIO
import Posture

/// Scans a provider's addresses over days, by several workers and with pauses.
struct CampaignCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "campaign",
    abstract: "Scan the provider's addresses over hours or days, with several workers.",
    discussion: """
      'plan' settles what is scanned: an authorisation, ports, limits, hours. 'start' works on it until it is done, and \
      may be given several times at once, also on other machines with the same store: each worker takes parts that \
      nobody has, and the part of one that dies is taken over where it was. Results are stored while the scan runs.
      """,
    subcommands: [
      CampaignPlanCommand.self, Start.self, Watch.self, Pause.self, Resume.self, Stop.self, Report.self,
    ])

  struct Start: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "start",
      abstract: "Begin a campaign, or help with one that runs, until it is done.",
      discussion: """
        Each part is scanned by a process of its own that needs CAP_NET_RAW and knows nothing of the store. Ends with \
        4 when the authorisation does not cover the campaign any more, with 69 when the network cannot be used, and \
        with 130 when it was interrupted; others go on with what it had.
        """)

    @OptionGroup var name: CampaignName
    @Option(
      help: ArgumentHelp(
        "Firmware profiles, by which kinds of devices are told; the default are the installed ones.",
        valueName: "directory"))
    var profiles: String?
    @OptionGroup var show: ShowOptions

    func run() async throws {
      try await reporting {
        let store = try show.state.openToChange()
        guard let record = try name.ask(.start, in: store) else { return }
        _ = try await CampaignWorker(store: store, record: record, profiles: profiles).run()
        try CampaignDocument(record.name, in: store).show(asJSON: show.json)
      }
    }
  }

  struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "pause",
      abstract: "Have a campaign rest; waits until nobody probes any more.")
    @OptionGroup var name: CampaignName
    @OptionGroup var why: CampaignReason
    @OptionGroup var show: ShowOptions
    func run() async throws { try await why.ask(.pause, of: name, show) }
  }

  struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "resume",
      abstract: "Have a campaign go on that rests or was halted.",
      discussion: "Workers that wait go on by themselves; where none does, give 'campaign start'.")
    @OptionGroup var name: CampaignName
    @OptionGroup var why: CampaignReason
    @OptionGroup var show: ShowOptions
    func run() async throws { try await why.ask(.resume, of: name, show) }
  }

  struct Stop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "stop",
      abstract: "End a campaign for good; what it found stays.")
    @OptionGroup var name: CampaignName
    @OptionGroup var why: CampaignReason
    @OptionGroup var show: ShowOptions
    func run() async throws { try await why.ask(.stop, of: name, show) }
  }

  struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "watch",
      abstract: "Show how far a campaign is, every second until it is over.",
      discussion: "With --json one document a line. --once shows it once.")

    @OptionGroup var name: CampaignName
    @Flag(help: "Show it once.") var once = false
    @OptionGroup var show: ShowOptions

    func run() async throws {
      try await reporting {
        let store = try show.openStore()
        while true {
          let document = try CampaignDocument(name.known(in: store).name, in: store)
          if show.json { try document.printLine() } else { print(document.progressLine) }
          if once || document.isOver { return }
          try await Task.sleep(for: .seconds(1))
        }
      }
    }
  }

  struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "report",
      abstract: "Show what a campaign has found, what it missed, and whose it is.")

    @OptionGroup var name: CampaignName
    @Flag(help: "List every open port, with what it said and whose it is.") var list = false
    @OptionGroup var show: ShowOptions

    func run() async throws {
      try await reporting {
        let store = try show.openStore()
        var document = try CampaignDocument(name.known(in: store).name, in: store)
        if list { try document.addServices(from: store) }
        try document.show(asJSON: show.json)
      }
    }
  }
}

/// Which campaign.
struct CampaignName: ParsableArguments {
  @Argument(help: ArgumentHelp("The campaign's name, as 'campaign plan' was given it.", valueName: "name"))
  var name: TopicName

  /// Characters of a name: the source of its sightings holds it too.
  static let limit = 48

  func known(in store: FleetStore) throws -> CampaignRecord {
    guard let record = try store.campaign(name.description) else { throw try unknown(in: store) }
    return record
  }

  private func unknown(in store: FleetStore) throws -> ExitCode {
    let names = try store.campaigns().suffix(10).map(\.name).joined(separator: ", ")
    talk(
      "there is no campaign '\(name)'; known: \(names.isEmpty ? "none, 'campaign plan' makes one" : names)")
    return ExitCode(ExitStatus.notFound.rawValue)
  }

  /// Asks something of it; `nil` where it is over already, which is no mistake when it is done.
  func ask(
    _ request: CampaignState.Request, reason: String? = nil, in store: FleetStore
  ) throws -> CampaignRecord? {
    guard
      let answer = try store.ask(request, of: name.description, reason: reason, at: Clocks.wall)
    else { throw try unknown(in: store) }
    if answer.isDone { return answer.record }
    let state = answer.record.state
    if request == .start, state == .done {
      talk("'\(name)' is done; 'campaign report \(name)' shows it")
      return nil
    }
    let advice =
      state.isOver
      ? "plan another one" : state == .planned ? "start it first" : "'campaign resume \(name)' has it go on"
    talk(
      TerminalText.multiline(
        "'\(name)' is \(state.rawValue)\(answer.record.reason.map { ": \($0)" } ?? ""); \(advice)"))
    throw ExitCode(ExitStatus.refused.rawValue)
  }
}

/// Who wants it, and why.
struct CampaignReason: ParsableArguments {
  @Option(help: ArgumentHelp("Why; shown with the campaign.", valueName: "text")) var reason: String?
  @OptionGroup var actor: Actor

  /// How long workers are waited for that have a part.
  private static let patience = 100

  func ask(_ request: CampaignState.Request, of name: CampaignName, _ show: ShowOptions) async throws {
    try await reporting {
      let store = try show.state.openToChange()
      let words = "by \(try actor.name())" + (reason.map { ": \(Actor.clean($0))" } ?? "")
      guard let record = try name.ask(request, reason: words, in: store) else { return }
      if request != .resume {
        var left = Self.patience
        while left > 0, try store.workers(of: record.name) > 0 {
          try await Task.sleep(for: .milliseconds(100))
          left -= 1
        }
        if left == 0 { talk("a worker still has a part; it gives it back, or its lease ends") }
      } else if try store.workers(of: record.name) == 0 {
        talk("where no worker waits, 'campaign start \(record.name)' begins one")
      }
      try CampaignDocument(record.name, in: store).show(asJSON: show.json)
    }
  }
}
