import Agent
import ArgumentParser
import Glibc
import LinuxIO
import Posture
import Wording

/// Shows what happened at this gateway.
struct Events: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what happened, the newest last: devices, findings, closings, starts, commands.",
    discussion: """
      Reads what is on disk, so it works without an agent that runs. The newest two thousand are kept. With --follow it \
      goes on until Ctrl-C; with --json it then prints one document a line.
      """)

  @Option(
    help: ArgumentHelp(
      "Only from then on: a time such as 2026-11-22T23:19:00Z, or how long ago: 90s, 2h, 7d.",
      valueName: "when"))
  var since: Since?

  @Flag(help: "Go on with what happens from now on.")
  var follow = false

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var pathOptions: PathOptions

  func run() throws {
    let paths = pathOptions.paths
    // What cannot be read must not look like what did not happen.
    if Files.exists(paths.state), !Files.isReadable(paths.state) {
      throw AgentError(
        .permission,
        "\(paths.state): only the agent and root may read it; ask again with 'sudo kadomori events'")
    }
    let signals = follow ? try wrapping { () throws(SystemError) in try Signals([SIGINT, SIGTERM]) } : nil
    var stamps = Self.stamps(paths)
    var known = try read(paths)
    if json, !follow { return try Output.document(EventDocument(known)) }
    try show(known)
    if known.isEmpty, !follow {
      Output.say(LocalizedText(ja: "記録はまだありません。", en: "nothing has been noted yet")[Terminal.language])
    }
    guard let signals else { return }
    while true {
      var ready = pollfd(fd: signals.descriptor.number, events: Int16(POLLIN), revents: 0)
      poll(&ready, 1, 500)
      if signals.next() != nil { Glibc.exit(interrupted) }
      let now = Self.stamps(paths)
      guard now != stamps else { continue }
      stamps = now
      let all = try read(paths)
      // What the firewall's helper noted is told again by the agent, with the same number.
      try show(all.filter { event in !known.contains { $0.isSame(as: event) } })
      known = all
    }
  }

  private static func stamps(_ paths: Paths) -> [[UInt64]] {
    [Files.stamp(paths.events), Files.stamp(paths.closingChanges)]
  }

  private func read(_ paths: Paths) throws(AgentError) -> [AgentEvent] {
    let (events, damaged) = try wrapping(.state) { () throws(SystemError) in try EventLog.read(paths) }
    if damaged > 0 {
      Output.say("kadomori: \(damaged) lines of \(paths.events) are damaged and are passed over")
    }
    let first = since?.time(now: Clocks.wall)
    return events.filter { event in first.map { event.time >= $0 } ?? true }
  }

  private func show(_ events: [AgentEvent]) throws(AgentError) {
    if json {
      for event in events { try Output.write(try JSON.encode(EventDocument([event])) + [0x0a]) }
      return
    }
    let text = EventText(language: Terminal.language)
    try Output.write(events.map { text.line($0) + "\n" }.joined())
  }
}

/// What happened, as data.
struct EventDocument: Encodable {
  var v = "1.0"
  var events: [AgentEvent]

  init(_ events: [AgentEvent]) {
    self.events = events
  }
}

extension AgentEvent {
  /// Whether it is the same change of a closing, or the same event.
  fileprivate func isSame(as other: AgentEvent) -> Bool {
    number != nil || other.number != nil ? number == other.number : self == other
  }
}

/// A point of time on the command line, or how long it is ago.
struct Since: ExpressibleByArgument {
  private let wall: WallTime?
  private let seconds: Int

  init?(argument: String) {
    wall = WallTime(argument)
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    let number = argument.last.flatMap { units[$0] }.flatMap { unit in
      Int(argument.dropLast()).flatMap { (1...100_000).contains($0) ? $0 * unit : nil }
    }
    guard wall != nil || number != nil else { return nil }
    seconds = number ?? 0
  }

  func time(now: WallTime) -> WallTime {
    wall ?? WallTime(milliseconds: now.milliseconds - Int64(seconds) * 1000)
  }
}
