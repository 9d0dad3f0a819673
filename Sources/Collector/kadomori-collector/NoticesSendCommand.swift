import ArgumentParser
import Sending
import FleetContract
import FleetStore
import Foundation
import LinuxIO
import Posture
import Server

/// Where the channels are set up, and the state.
struct NoticeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Read 'notices:' from the collector's configuration file.", valueName: "file"))
  var config: String
  @Option(help: ArgumentHelp("By this channel only; may be given again.", valueName: "channel"))
  var by: [NoticeChannel] = []
  @OptionGroup var state: StateOption
}

extension NoticesCommand {
  struct Send: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "send",
      abstract: "Hand over what is in the outbox and due.",
      discussion: """
        Give it as often as you like, from a timer: one at a time hands over on a machine, and machines that share a database \
        share what is due. What was refused for now is tried again, after 5 minutes, then after twice as long each time, six \
        times in all. Where nobody knows whether a notice arrived, because a connection or this program ended under way, it is \
        'unknown', and not sent again; 'notices retry' does. \
        With 'page: true' the household's page on its gateway is told the same, before all others, and once more when that \
        is closed; what the broker does not take goes on being tried for 30 days. Exits with 5 where something failed or is \
        unknown.
        """)

    @OptionGroup var options: NoticeOptions
    @Option(help: ArgumentHelp("How many to hand over at most.", valueName: "count")) var limit = 10_000
    @Flag(help: "Print JSON instead of a sentence.") var json = false

    /// How often one is tried.
    static let attempts = 6

    func validate() throws {
      guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit goes from 1 to 1000000.") }
    }

    func run() async throws {
      try await reporting {
        let document = try SettingsDocument(contentsOf: options.config)
        var channels = document.notices?.channels ?? [:]
        if document.notices?.hasPage == true {
          let page = await PageDelivery.channel(document, state: options.state.resolve(document.state))
          channels[.page] = page
        }
        for (channel, way) in channels { if let safe = channel.safe { channels[safe] = way } }
        let chosen =
          options.by.isEmpty ? Array(channels.keys) : options.by.flatMap { [$0, $0.safe].compactMap(\.self) }
        for channel in chosen where channels[channel] == nil {
          throw ValidationError(
            "'notices:' of \(options.config) does not say how to send by \(channel.rawValue).")
        }
        // The pages first: the others name the number that a page shows already.
        let pages: [NoticeChannel] = chosen.contains(.page) ? [.page, .pageSafe] : []
        let others = chosen.filter { !$0.isOfPage }.sorted { $0.rawValue < $1.rawValue }
        let wanted = pages + others
        if wanted.isEmpty { throw ValidationError("\(options.config) has no channel under 'notices:'.") }
        let directory = options.state.resolve(document.state)
        try StateOwner.become(ownerOf: directory)
        let store = try FleetStore.openToCommand(StoreLocation.of(directory))
        guard let lock = try Files.lock(directory + "/notices.lock") else {
          talk("somebody else is sending; this is left to them")
          throw ExitCode(ExitStatus.unavailable.rawValue)
        }
        var counts: [OutboxRecord.State: Int] = [:]
        for record in try store.abandoned(now: Clocks.wall) {
          try store.settle(
            record, .unknown, reason: "the program ended while it was handed over", now: Clocks.wall)
          counts[.unknown, default: 0] += 1
        }
        let delivery = try PageDelivery(document.notices, store)
        if !pages.isEmpty { _ = try store.accompany(now: Clocks.wall) }
        var left = limit
        for channel in wanted {
          while left > 0, let record = try store.takeNotice(by: channel, now: Clocks.wall) {
            guard let outcome = channels[channel]?.send(try delivery.notice(record)) else { break }
            counts[try settle(record, outcome, store), default: 0] += 1
            left -= 1
          }
        }
        withExtendedLifetime(lock) {}
        if json {
          try printJSON("sent", Dictionary(counts.map { ($0.key.rawValue, $0.value) }) { $0 + $1 })
        } else {
          let words = counts.sorted { $0.key.rawValue < $1.key.rawValue }.map {
            "\($0.value) \($0.key.rawValue)"
          }
          print(words.isEmpty ? "nothing is due" : words.joined(separator: ", "))
        }
        if (counts[.failed] ?? 0) + (counts[.unknown] ?? 0) > 0 { throw ExitCode(ExitStatus.failed.rawValue) }
      }
    }

    /// Whether it is not tried any more; a page may be told for as long as it would show it.
    private static func isLast(_ record: OutboxRecord, _ now: WallTime) -> Bool {
      guard record.channel.isOfPage else { return record.attempts >= attempts }
      return now.milliseconds - record.queued.milliseconds > PageNote.lifetime.components.seconds * 1000
    }

    private func settle(
      _ record: OutboxRecord, _ outcome: SendingOutcome, _ store: FleetStore
    ) throws -> OutboxRecord.State {
      let now = Clocks.wall
      let state: OutboxRecord.State
      var due: WallTime?
      let reason: String
      switch outcome {
      case .sent(let words): (state, reason) = (.sent, words)
      case .refused(let words): (state, reason) = (.failed, words)
      case .unknown(let words): (state, reason) = (.unknown, words)
      case .later(let words):
        let isLast = Self.isLast(record, now)
        (state, reason) = (isLast ? .failed : .queued, isLast ? "given up: \(words)" : words)
        due = WallTime(milliseconds: now.milliseconds + 300_000 << Int64(min(record.attempts - 1, 8)))
      }
      try store.settle(record, state, due: due, reason: Actor.clean(reason), now: now)
      if state != .sent {
        talk(TerminalText.line("notice \(record.number): \(state.rawValue): \(reason)", limit: 400))
      }
      return state
    }
  }

  struct Outbox: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "outbox",
      abstract: "List what is to go out and what went out, with reasons.")

    @Option(help: ArgumentHelp("queued, sending, sent, failed or unknown.", valueName: "state"))
    var `in`: OutboxRecord.State?
    @Option(help: ArgumentHelp("How many to list.", valueName: "count")) var limit = 100
    @OptionGroup var show: ShowOptions

    func validate() throws {
      guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit goes from 1 to 1000000.") }
    }

    func run() async throws {
      try await reporting {
        let records = try show.openStore().outbox(in: `in`, limit: limit)
        if show.json { return try printJSON("outbox", records) }
        if records.isEmpty { return talk("nothing is in the outbox") }
        var table = Table(["NUMBER", "STATE", "CHANNEL", "GATEWAY", "FINDING", "TRIES", "CHANGED", "REASON"])
        for record in records {
          table.add([
            String(record.number), record.state.rawValue, record.channel.rawValue, record.gateway.text,
            record.finding, String(record.attempts), record.changed.wholeSeconds.description,
            record.reason.map { TerminalText.line($0, limit: 80) } ?? "-",
          ])
        }
        print(table.text)
      }
    }
  }

  struct Bounced: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "bounced",
      abstract: "Read a report that a mail could not be delivered, on standard input, and note it.",
      discussion:
        "Have the mail server give it every mail that comes to the address of 'from:'. What a failed mail told counts no longer, so "
        + "that another channel may tell it; what is delayed, and what people answer, changes nothing.")

    @OptionGroup var state: StateOption

    func run() async throws {
      try await reporting {
        let bytes = try FileHandle.standardInput.read(upToCount: 1 << 20) ?? Data()
        let text = String(decoding: bytes, as: UTF8.self)
        let store = try state.openToChange()
        guard let report = DeliveryReport(text), let record = try store.notice(report.number),
          [.email, .emailSafe].contains(record.channel), record.queued.milliseconds == report.queued
        else {
          talk("this is about no notice of the outbox")
          throw ExitCode(ExitStatus.notFound.rawValue)
        }
        guard let action = report.action else {
          talk("notice \(report.number): this is no report of a mail server; nothing is noted")
          throw ExitCode(ExitStatus.notFound.rawValue)
        }
        guard action == "failed" else { return talk("notice \(report.number): \(action); nothing is noted") }
        let words = report.reason ?? "it could not be delivered"
        try store.settle(record, .failed, reason: Actor.clean(words), now: Clocks.wall, isReport: true)
        talk("notice \(report.number): failed")
      }
    }
  }

  struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "retry",
      abstract: "Send a notice again that failed, or of which nobody knows whether it arrived.")

    @Argument(help: ArgumentHelp("Its number, as 'notices outbox' lists it.", valueName: "number"))
    var number: Int64
    @OptionGroup var state: StateOption

    func run() async throws {
      try await reporting {
        let store = try state.openToChange()
        guard let record = try store.notice(number) else {
          talk("there is no notice \(number); 'notices outbox' lists them")
          throw ExitCode(ExitStatus.notFound.rawValue)
        }
        guard record.state == .failed || record.state == .unknown else {
          talk(
            "notice \(number) is \(record.state.rawValue); only one that failed or is unknown is sent again")
          throw ExitCode(ExitStatus.refused.rawValue)
        }
        try store.settle(record, .queued, due: Clocks.wall, reason: "asked for again", now: Clocks.wall)
      }
    }
  }
}

extension OutgoingNotice {
  init(_ record: OutboxRecord) {
    self.init(
      number: record.number, gateway: record.gateway.text, finding: record.finding,
      recipient: record.recipient,
      subject: record.subject, lines: record.lines, language: record.language, queued: record.queued)
    isSafe = record.channel.isSafe
  }
}

extension OutboxRecord.State: ExpressibleByArgument {}
