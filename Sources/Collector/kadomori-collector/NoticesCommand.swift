import Addresses
import ArgumentParser
import Correlate
import FleetContract
import FleetStore
import LinuxIO
import Notices
import Posture
import Sightings

struct NoticesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notices",
    abstract: "Print what subscribers should be told now, and send it by the channels there are.",
    discussion: """
      'notices' alone prints, and sends nothing. 'notices queue' puts what is due into the outbox for those whose \
      'contacts' are known, and 'notices send' hands it over, each notice at most once by each channel: what may have \
      arrived is never sent again by itself.
      """,
    subcommands: [
      List.self, Contacts.self, Queue.self, Send.self, Outbox.self, Bounced.self, Retry.self,
    ], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "Print what subscribers should be told now: one device, one thing to do. Sends nothing.",
      discussion: """
        One notice for each gateway with something open that was neither accepted nor muted: the most urgent first, the \
        others counted. Whoever was told of anything within a week, or three times within thirty days, waits, unless it \
        is critical or names a facility; then a day. What was told, by whatever channel, is noted with 'finding note \
        GATEWAY ID --step notified'.
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
        var drafts: [NoticeDraft] = []
        var records: [FindingRecord] = []
        func finish() throws {
          let ports = records.first.flatMap { open[$0.gateway] } ?? []
          if let draft = try NoticeDraft(records, open: ports, language, now) { drafts.append(draft) }
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
}

extension NoticeLanguage: ExpressibleByArgument {}
