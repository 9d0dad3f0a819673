import Addresses
import ArgumentParser
import Correlate
import Sending
import FleetContract
import FleetStore
import Foundation
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
        one notice goes out by each channel, and within a week of its closing, seen from inside and outside, one that says \
        so, by the same channel. The page of the household's own gateway needs no contact, and counts as telling nobody.
        """)

    @Option(
      help: ArgumentHelp("email, webhook, letter, phone or page; may be given again.", valueName: "channel"))
    var by: [NoticeChannel]
    @Option(
      help: ArgumentHelp(
        "Tell each one as its arm of this trial says, and leave out who is held out.", valueName: "name"))
    var trial: TopicName?
    @Option(
      help: ArgumentHelp(
        "Where the subscribers are, as Asia/Tokyo, for times in what they are told; without it this machine's.",
        valueName: "zone"))
    var timeZone: String?
    @Flag(help: "Print JSON instead of a sentence.") var json = false
    @OptionGroup var wording: WordingOptions
    @OptionGroup var state: StateOption

    /// How long ago something may have been closed to be told as safe.
    private static let fresh: Int64 = 7 * 86_400_000

    func validate() throws {
      if by.isEmpty {
        throw ValidationError("say by which channel with --by email, webhook, letter, phone or page.")
      }
      if let timeZone, TimeZone(identifier: timeZone) == nil {
        throw ValidationError("--time-zone \(timeZone): write a name such as Asia/Tokyo.")
      }
    }

    func run() async throws {
      try await reporting {
        let store = try state.openToChange()
        let desk = NoticeDesk(
          store: store, wordings: try wording.read(), wording: wording.wording,
          trial: try trial.map { try TrialChoice.running($0.description, in: store) }, now: Clocks.wall)
        try judge(desk)
        var counts = Counts()
        for channel in by where channel != .page {
          for contact in try store.contacts(by: channel) { try take(contact, desk, &counts) }
          try tellSafe(by: channel, desk, &counts)
        }
        if by.contains(.page) {
          // What the others tell goes first: whoever waits for their next notice is told no more by the page.
          counts.queued += try store.accompany(now: desk.now)
          try Self.eachToTell(store, desk.now) { gateway in
            try take(Contact(gateway: gateway, channel: .page, recipient: "", language: "ja"), desk, &counts)
          }
        }
        let leftOut = counts.leftOut.count
        if json {
          try printJSON("queue", ["queued": counts.queued, "waiting": counts.waiting, "left_out": leftOut])
        } else {
          print(
            "\(counts.queued) queued, \(counts.waiting) to wait"
              + (leftOut > 0 ? ", \(leftOut) left out" : ""))
        }
        try counts.leftOut.tell()
      }
    }

    private struct Counts {
      var (queued, waiting) = (0, 0)
      var leftOut = NoticeDesk.LeftOut()
    }

    /// An arm that nobody would be told by, or in words that are not there, would spoil its trial.
    private func judge(_ desk: NoticeDesk) throws {
      for arm in desk.trial?.arms ?? [] {
        guard let way = arm.way else { continue }
        guard by.contains(where: { $0.rawValue == way.channel }) else {
          throw ValidationError("the arm '\(arm.name)' is told by \(way.channel); name that with --by, too.")
        }
        guard desk.wordings.contains(way.wording ?? wording.wording) else {
          throw ValidationError(
            "the arm '\(arm.name)' is told in the texts '\(way.wording ?? "")'; name their file with --texts."
          )
        }
      }
    }

    private func take(_ contact: Contact, _ desk: NoticeDesk, _ counts: inout Counts) throws {
      let made: (NoticeDraft, NoticeLanguage)?
      do {
        made = try desk.draft(
          for: contact.gateway, in: NoticeLanguage(rawValue: contact.language) ?? .ja,
          by: contact.channel,
          sent: try desk.store.outgoingTimes(of: contact.gateway))
      } catch let problem as NoticeDesk.NoWords { return counts.leftOut.add(problem) }
      guard let (draft, language) = made else { return }
      guard draft.due <= desk.now else {
        // Those that wait for their next notice are counted by the channel that brings it.
        if contact.channel != .page { counts.waiting += 1 }
        return
      }
      var contact = contact
      contact.language = language.rawValue
      let isNew =
        contact.channel == .page
        ? try desk.store.queueNote(about: draft.record, urgent: draft.isUrgent, now: desk.now)
        : try desk.store.queue(
          draft.notice.subject, draft.notice.lines, about: draft.record, urgent: draft.isUrgent,
          to: contact, due: desk.now, now: desk.now)
      if isNew { counts.queued += 1 }
    }

    /// Whoever was told of something is told once that it is closed, by the same channel and to the same place.
    private func tellSafe(by channel: NoticeChannel, _ desk: NoticeDesk, _ counts: inout Counts) throws {
      guard let safe = channel.safe else { return }
      let clock = NoticeClock(timeZone.flatMap(TimeZone.init(identifier:)) ?? .current)
      let start = WallTime(milliseconds: desk.now.milliseconds - Self.fresh)
      for told in try desk.store.toldAndClosed(by: channel, since: start) {
        guard let (notice, record) = try desk.safe(told, clock: clock) else { continue }
        let contact = Contact(
          gateway: told.gateway, channel: safe, recipient: told.recipient, language: told.language)
        let isNew = try desk.store.queue(
          notice.subject, notice.lines, about: record, urgent: false, to: contact, due: desk.now,
          now: desk.now)
        if isNew { counts.queued += 1 }
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
  }
}

extension NoticeChannel: ExpressibleByArgument {
  /// Those that can be asked for: that all is well goes with the page by itself.
  private static let named = allCases.filter { !$0.isSafe }

  init?(argument: String) {
    guard let channel = Self.named.first(where: { $0.rawValue == argument }) else { return nil }
    self = channel
  }

  static var allValueStrings: [String] { named.map(\.rawValue) }
}
