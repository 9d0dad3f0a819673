import Addresses
import ArgumentParser
import Casework
import Correlate
import FleetContract
import FleetStore
import LinuxIO
import Notices
import Posture
import Sightings
import Trials

struct NoticesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notices",
    abstract: "Print what subscribers should be told now: one device, one thing to do. Sends nothing.",
    discussion: """
      One notice for each gateway with something open that was neither accepted nor muted: the most urgent first, the \
      others counted. Whoever was told of anything within a week, or three times within thirty days, waits, unless it is \
      critical or names a facility; then a day. What was told, by whatever channel, is noted with 'finding note GATEWAY \
      ID --step notified'.
      """)

  @Option(help: ArgumentHelp("ja, easy-ja or en.", valueName: "language")) var language = NoticeLanguage.ja
  @Flag(help: "Print those that have to wait, too, with their time.") var all = false
  @Option(
    help: ArgumentHelp("Tell each one's arm of a trial, and leave out who is held out.", valueName: "name"))
  var trial: TopicName?
  @OptionGroup var scope: ScopeOptions
  @Flag(help: "Print JSON instead of text.") var json = false

  func run() async throws {
    try await reporting {
      let store = try scope.store()
      let now = Clocks.wall
      var open: [GatewayID: Set<Port>] = [:]
      try store.reachable(inGroups: scope.groups, now: now) {
        open[$0.gateway, default: []].insert($0.sighting.port)
      }
      var drafts: [Draft] = []
      var records: [FindingRecord] = []
      func finish() throws {
        if let draft = try Draft(records, open: open, language, now) { drafts.append(draft) }
        records = []
      }
      try store.findings(FindingQuery(groups: scope.groups)) { record in
        if let last = records.last, last.gateway != record.gateway { try finish() }
        records.append(record)
      }
      try finish()
      if let trial {
        let chosen = try TrialChoice.find(trial.description, in: store)
        guard chosen.ended == nil else { throw TrialChoice.unknown(trial.description) }
        drafts = drafts.compactMap { $0.drawn(by: chosen.trial) }
      }
      let due = drafts.filter { all || $0.due <= now }
      if json { return try printJSON("notices", due) }
      for draft in due {
        var facts = [draft.gateway.text]
        if draft.isUrgent { facts.append("urgent") }
        if let arm = draft.arm { facts.append(arm) }
        if draft.due > now { facts.append("waits until \(draft.due)") }
        print(facts.joined(separator: "  "))
        print("  " + TerminalText.line(draft.notice.subject, limit: 400))
        for line in draft.notice.lines { print("    " + TerminalText.line(line, limit: 400)) }
        print("")
      }
      let waiting = drafts.count { $0.due > now }
      talk("\(drafts.count - waiting) to tell now, \(waiting) to wait")
    }
  }
}

/// What one subscriber should be told, and from when on.
private struct Draft: Encodable {
  var gateway: GatewayID
  var due: WallTime
  var isUrgent: Bool
  var notice: Notice
  /// The arm it was drawn into; `nil` without a trial, and for what is urgent.
  var arm: String?

  /// `records` are all findings of one gateway, also closed ones, since what was told of them counts.
  init?(
    _ records: [FindingRecord], open: [GatewayID: Set<Port>], _ language: NoticeLanguage, _ now: WallTime
  ) throws {
    // What somebody was told of already is not told again until it comes back.
    let causes = records.filter { record in
      guard let life = record.life, !life.isClosed, !record.isDecided(at: now) else { return false }
      return record.isOpen && life.present.notified == nil
    }.sorted(by: FindingRecord.precedes)
    guard let first = causes.first else { return nil }
    gateway = first.gateway
    let outside = open[first.gateway] ?? []
    let notice = try Notice(
      about: causes.map { record in
        Notice.Cause(
          record.finding, kind: record.kind ?? .unknown,
          isSeenOutside: record.finding.service.map(outside.contains) ?? false)
      }, in: language)
    guard let notice, let told = causes.first(where: { $0.finding.id == notice.finding }) else { return nil }
    self.notice = notice
    isUrgent = told.isUrgent
    let times = records.flatMap(\.steps).filter { $0.kind == .notified }.map(\.time)
    due = FrequencyCap().earliest(after: times, isUrgent: isUrgent, now: now)
  }

  /// With its arm; `nil` for one who is held out.
  func drawn(by trial: Trial) -> Draft? {
    var draft = self
    switch trial.assign(gateway.text, isUrgent: isUrgent) {
    case .holdOut: return nil
    case .outside: break
    case .arm(let name): draft.arm = name
    }
    return draft
  }

  private enum CodingKeys: String, CodingKey {
    case gateway, due, notice, arm
    case isUrgent = "urgent"
  }
}

extension NoticeLanguage: ExpressibleByArgument {}
