import ArgumentParser
import Campaigns
import Cryptography
import FleetContract
import FleetStore
import Foundation
import LinuxIO
import Posture
import Server
import Settings
import WideScan

/// Settles what a campaign scans.
struct CampaignPlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Settle what a campaign scans, when, and in how many parts.",
    discussion: """
      Reads the same plan as 'wide-scan', judges it, and keeps it with the state; nothing is sent. Who had opted out by \
      then is no part of it; who opts out later is left alone within seconds, so keep 'opt_outs' in the plan. Every \
      machine that takes part needs the authorisation, the keys and the opt-outs at the same places.
      """)

  @OptionGroup var name: CampaignName

  @Option(help: ArgumentHelp("The plan, as for 'wide-scan'.", valueName: "file"))
  var plan: String

  @Option(
    help: ArgumentHelp(
      "Whose signatures count: a list of what 'command-key show' prints.", valueName: "file"))
  var keys: String

  @Option(help: "In how many parts it is scanned: each is one worker's at a time.")
  var shards = 16

  @Option(
    help:
      "How many workers scan at once at most; each has its part of the plan's limits, and more of them wait to take over."
  )
  var workers = 1

  @Option(
    help: ArgumentHelp(
      "Hours of every day in which nothing is probed, such as 07:00-09:00, by the machine's time zone; may be repeated.",
      valueName: "hours"))
  var blackout: [String] = []

  @Option(help: ArgumentHelp("Not before this time: 2026-12-01T00:00:00Z.", valueName: "time"))
  var notBefore: String?

  @Option(help: ArgumentHelp("Not after this time, whatever is left to do.", valueName: "time"))
  var notAfter: String?

  @Option(help: ArgumentHelp("After how long silence a worker's part is another's.", valueName: "seconds"))
  var lease = 15

  @Flag(help: "Ask open ports what they are: greeting or handshake, certificate, title; never a login.")
  var look = false

  @OptionGroup var show: ShowOptions

  func validate() throws {
    guard name.name.description.count <= CampaignName.limit else {
      throw ValidationError("A campaign's name has at most \(CampaignName.limit) characters.")
    }
    guard (1...CampaignSpec.mostShards).contains(shards) else {
      throw ValidationError("--shards is 1 to \(CampaignSpec.mostShards).")
    }
    guard (1...CampaignSpec.mostWorkers).contains(workers), workers <= shards else {
      throw ValidationError("--workers is 1 to \(CampaignSpec.mostWorkers), and no more than --shards.")
    }
    guard CampaignSpec.leases.contains(lease) else {
      throw ValidationError(
        "--lease is \(CampaignSpec.leases.lowerBound) to \(CampaignSpec.leases.upperBound) seconds.")
    }
    _ = try schedule()
  }

  private func schedule() throws -> CampaignSchedule {
    func time(_ option: String, _ text: String?) throws -> WallTime? {
      try text.map { text in
        guard let time = WallTime(text) else {
          throw ValidationError("\(option): '\(text)' is no time such as 2026-12-01T00:00:00Z.")
        }
        return time
      }
    }
    let hours = try blackout.map { text in
      guard let hours = TimeOfDayRange(text) else {
        throw ValidationError("--blackout: '\(text)' is no part of a day such as 07:00-09:00.")
      }
      return hours
    }
    guard hours.count <= CampaignSchedule.mostBlackouts else {
      throw ValidationError("at most \(CampaignSchedule.mostBlackouts) times --blackout.")
    }
    let schedule = CampaignSchedule(
      notBefore: try time("--not-before", notBefore), notAfter: try time("--not-after", notAfter),
      blackouts: hours)
    guard schedule.openMinutes > 0 else {
      throw ValidationError("--blackout: no hour of the day is left to probe in.")
    }
    if let first = schedule.notBefore, let last = schedule.notAfter, last <= first {
      throw ValidationError("--not-after is not after --not-before.")
    }
    return schedule
  }

  func run() async throws {
    try await reporting {
      let schedule = try schedule()
      let text = String(
        decoding: try SettingsFile.bytes(of: plan, limit: YAMLLimits.standard.bytes), as: UTF8.self)
      let read = try Node(yaml: text, file: plan).read(ScanPlan.format)
      guard read.shard == .whole, read.key == nil else {
        throw ValidationError("\(plan): 'shard' and 'key' are the campaign's; remove them, and say --shards.")
      }
      guard !read.services.contains(.echo) else {
        throw ValidationError(
          "\(plan): a campaign is of ports of TCP and of questions of UDP; 'echo' is for 'wide-scan'.")
      }
      let ports = read.services.filter { $0.transport == .tcp }.map(\.port)
      let questions = read.services.compactMap(\.question?.word)
      let desk = try ScanDesk(read, keys: keys, begun: nil, resume: nil)
      guard desk.authorisation.interfaces.contains(read.interface) else {
        throw WideScanError(
          .scope, "\(read.authorisation) is not for interface '\(read.interface)'; have it signed for it")
      }
      if let last = schedule.notBefore, last >= desk.authorisation.validUntil {
        throw WideScanError(
          .scope, "the authorisation expires at \(desk.authorisation.validUntil), before the campaign begins")
      }
      guard UInt64(shards) <= desk.space.count else {
        throw ValidationError("--shards: there are only \(desk.space.count) targets.")
      }
      let spec = CampaignSpec(
        plan: text, authorisation: Self.absolute(read.authorisation), keys: Self.absolute(keys),
        optOuts: read.optOuts.map(Self.absolute), interface: read.interface, ports: ports,
        questions: questions.isEmpty ? nil : questions,
        list: read.addresses.map {
          ListedAddresses(path: Self.absolute($0), digest: Hexadecimal.text(desk.listed))
        },
        blocks: desk.space.blocks.map(\.description),
        plannedOptOuts: desk.plannedOptOuts.map(\.description), key: Hexadecimal.text(desk.key.bytes),
        addresses: desk.space.addressCount, targets: desk.space.count, tries: read.settings.tries,
        shards: shards, workers: workers, lease: lease, looksAgain: look, schedule: schedule)
      let directory = show.state.resolve()
      try Files.createDirectory(directory, mode: 0o700)
      try StateOwner.become(ownerOf: directory)
      let store = try FleetStore.open(StoreLocation.of(directory))
      guard try store.plan(name.name.description, spec, at: Clocks.wall) else {
        talk("there is a campaign '\(name.name)' already; give this one another name")
        throw ExitCode(ExitStatus.refused.rawValue)
      }
      try CampaignDocument(name.name.description, in: store).show(asJSON: show.json)
    }
  }

  private static func absolute(_ path: String) -> String {
    URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
  }
}
