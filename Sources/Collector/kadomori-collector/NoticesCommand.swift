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
      List.self, Contacts.self, Queue.self, Send.self, Outbox.self, Bounced.self, Retry.self, Lint.self,
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
    @Option(help: ArgumentHelp("How many gateways with something to tell to look at.", valueName: "count"))
    var limit: Int?
    @Option(help: ArgumentHelp("Go on after this gateway, in the order of names.", valueName: "gateway"))
    var after: GatewayID?
    @OptionGroup var wording: WordingOptions
    @OptionGroup var scope: ScopeOptions
    @Flag(help: "Print JSON instead of text.") var json = false

    /// Gateways that are asked for at once.
    private static let part = 500

    func validate() throws {
      if let limit, limit < 1 { throw ValidationError("--limit is 1 or more.") }
    }

    func run() async throws {
      try await reporting {
        let store = try scope.store()
        let now = Clocks.wall
        let desk = NoticeDesk(
          store: store, wordings: try wording.read(), wording: wording.wording,
          trial: try trial.map { try TrialChoice.running($0.description, in: store) }, now: now)
        var listed: [NoticeDraft] = []
        var (due, waiting) = (0, 0)
        var leftOut = NoticeDesk.LeftOut()
        var (last, left) = (after, limit ?? .max)
        while left > 0 {
          let part = try store.gatewaysToTell(
            inGroups: scope.groups, after: last, limit: min(left, Self.part), now: now)
          for gateway in part {
            let made: (NoticeDraft, NoticeLanguage)?
            do { made = try desk.draft(for: gateway, in: language) } catch let problem as NoticeDesk.NoWords {
              leftOut.add(problem)
              continue
            }
            guard let draft = made?.0 else { continue }
            if draft.due <= now { due += 1 } else { waiting += 1 }
            guard all || draft.due <= now else { continue }
            if json { listed.append(draft) } else { Self.print(draft, now) }
          }
          last = part.last
          left -= part.count
          if part.isEmpty { break }
        }
        if json {
          try printJSON("notices", listed)
        } else {
          talk("\(due) to tell now, \(waiting) to wait")
          if left == 0, let last { talk("there may be more: go on with --after \(last)") }
        }
        try leftOut.tell()
      }
    }

    private static func print(_ draft: NoticeDraft, _ now: WallTime) {
      var facts = [draft.gateway.text]
      if draft.isUrgent { facts.append("urgent") }
      if let arm = draft.arm { facts.append(arm) }
      if draft.due > now { facts.append("waits until \(draft.due)") }
      Swift.print(facts.joined(separator: "  "))
      Swift.print("  " + TerminalText.line(draft.notice.subject, limit: 400))
      for line in draft.notice.lines { Swift.print("    " + TerminalText.line(line, limit: 400)) }
      Swift.print("")
    }
  }
}

extension NoticeLanguage: ExpressibleByArgument {}
