import Addresses
import ArgumentParser
import Correlate
import Sending
import FleetContract
import FleetStore
import LinuxIO
import Notices
import Posture
import Trials
import Sightings

extension NoticesCommand {
  struct Contacts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "contacts",
      abstract: "Store a list of how subscribers are reached.",
      discussion: """
        Columns or names: gateway, channel (email, webhook, letter or phone), recipient (a mail address; the lines of a \
        postal address, separated by ' | '; a telephone number; or what the provider calls the subscriber), and language \
        (ja, easy-ja or en; without it ja). A line replaces what was known of that gateway and channel. All of it is \
        erased with its gateway.
        """)

    @OptionGroup var list: ListOptions

    func run() async throws {
      try await reporting {
        let read = RecordFile(contacts: try list.bytes())
        try list.judge(read)
        let contacts = read.values.compactMap { line in
          NoticeChannel(rawValue: line.channel).map {
            Contact(gateway: line.gateway, channel: $0, recipient: line.recipient, language: line.language)
          }
        }
        try list.openStore().add(contacts)
        if list.json { return try printJSON("import", ["added": contacts.count]) }
        print("\(contacts.count) contacts read")
      }
    }
  }

  struct Queue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "queue",
      abstract: "Put what is due into the outbox, for subscribers whose contacts are known.",
      discussion: """
        The rules of 'notices list' hold, and count what is in the outbox as told. Of each finding, until it comes back, \
        one notice goes out by each channel. The page of the household's own gateway needs no contact, and counts as \
        telling nobody.
        """)

    @Option(
      help: ArgumentHelp("email, webhook, letter, phone or page; may be given again.", valueName: "channel"))
    var by: [NoticeChannel]
    @Option(help: ArgumentHelp("Leave out who is held out of this trial.", valueName: "name"))
    var trial: TopicName?
    @Flag(help: "Print JSON instead of a sentence.") var json = false
    @OptionGroup var state: StateOption

    func validate() throws {
      if by.isEmpty {
        throw ValidationError("say by which channel with --by email, webhook, letter, phone or page.")
      }
    }

    func run() async throws {
      try await reporting {
        let store = try state.openToChange()
        let now = Clocks.wall
        var chosen: StoredTrial?
        if let trial {
          chosen = try TrialChoice.find(trial.description, in: store)
          guard chosen?.ended == nil else { throw TrialChoice.unknown(trial.description) }
        }
        var (queued, waiting) = (0, 0)
        func take(_ contact: Contact) throws {
          guard let draft = try draft(for: contact, store, now),
            chosen == nil || chosen.flatMap({ draft.drawn(by: $0.trial) }) != nil
          else { return }
          guard draft.due <= now else {
            // Those that wait for their next notice are counted by the channel that brings it.
            if contact.channel != .page { waiting += 1 }
            return
          }
          let isNew =
            contact.channel == .page
            ? try store.queueNote(about: draft.record, urgent: draft.isUrgent, now: now)
            : try store.queue(
              draft.notice.subject, draft.notice.lines, about: draft.record, urgent: draft.isUrgent,
              to: contact, due: now, now: now)
          if isNew { queued += 1 }
        }
        for channel in by where channel != .page {
          for contact in try store.contacts(by: channel) { try take(contact) }
        }
        if by.contains(.page) {
          // What the others tell goes first: whoever waits for their next notice is told no more by the page.
          queued += try store.accompany(now: now)
          try Self.eachToTell(store, now) { gateway in
            try take(Contact(gateway: gateway, channel: .page, recipient: "", language: "ja"))
          }
        }
        if json { return try printJSON("queue", ["queued": queued, "waiting": waiting]) }
        print("\(queued) queued, \(waiting) to wait")
      }
    }

    /// Gateways that are asked for at once.
    private static let part = 500

    /// Every gateway at which something is open that nobody was told of.
    private static func eachToTell(
      _ store: FleetStore, _ now: WallTime, _ body: (GatewayID) throws -> Void
    ) throws {
      var last: GatewayID?
      while true {
        let part = try store.gatewaysToTell(after: last, limit: Self.part, now: now)
        guard let end = part.last else { return }
        for gateway in part { try body(gateway) }
        last = end
      }
    }

    private func draft(for contact: Contact, _ store: FleetStore, _ now: WallTime) throws -> NoticeDraft? {
      var records: [FindingRecord] = []
      try store.findings(FindingQuery(gateway: contact.gateway)) { records.append($0) }
      let open = try store.services(of: contact.gateway).filter { $0.outside.state == .seen }.map(\.service)
      return try NoticeDraft(
        records, open: Set(open), sent: try store.outgoingTimes(of: contact.gateway),
        NoticeLanguage(rawValue: contact.language) ?? .ja, now)
    }
  }
}

extension NoticeChannel: ExpressibleByArgument {
  /// Those that can be asked for: that all is well goes with the page by itself.
  private static let named = allCases.filter { $0 != .pageSafe }

  init?(argument: String) {
    guard let channel = Self.named.first(where: { $0.rawValue == argument }) else { return nil }
    self = channel
  }

  static var allValueStrings: [String] { named.map(\.rawValue) }
}
