import Agent
import ArgumentParser
import Glibc
import LinuxIO
import LocalControl
import Posture
import Wording

/// Shows the agent's status as it changes.
struct Watch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show what the agent knows as it changes, until Ctrl-C.",
    discussion: """
      On a terminal it keeps one screen up to date; elsewhere, and with --lines, it writes a line for each change. \
      Goes on while the agent is stopped and started. With --json it prints one document a line.
      """)

  @Option(help: ArgumentHelp("How often to look: 1s to 1d.", valueName: "duration"))
  var every = Span(seconds: 1)

  @Option(help: ArgumentHelp("End after so many looks.", valueName: "number"))
  var count: Int?

  @Flag(help: "Write lines, also on a terminal.")
  var lines = false

  @Flag(help: "Print one JSON document a line, for each change.")
  var json = false

  @Option(help: ArgumentHelp("The configuration, for when the agent is not running.", valueName: "file"))
  var config = AgentConfiguration.path

  @OptionGroup var pathOptions: PathOptions

  func validate() throws {
    if let count, count < 1 { throw ValidationError("--count \(count): at least one look") }
  }

  func run() throws {
    let paths = pathOptions.paths
    if Files.exists(paths.state), !Files.isReadable(paths.state) {
      throw AgentError(.permission, "\(paths.state): only the agent and root may read it; use sudo")
    }
    // Held from the start, so that the screen is given back whenever Ctrl-C comes.
    let signals = try wrapping { () throws(SystemError) in try Signals([SIGINT, SIGTERM, SIGWINCH]) }
    let screen = Terminal(1).hasCursor && !lines && !json ? Screen() : nil
    defer { screen?.leave() }
    var last: StatusDocument?
    var looks = 0
    while count.map({ looks < $0 }) ?? true {
      let now = Self.status(paths, config)
      if let screen {
        screen.show(StatusText(now).rendered)
      } else if now.withoutTimes != last?.withoutTimes {
        try write(now, after: last)
      }
      last = now
      looks += 1
      if looks == count { return }
      switch Self.wait(signals, seconds: every.seconds) {
      case SIGINT, SIGTERM:
        screen?.leave()
        Glibc.exit(interrupted)
      default: break
      }
    }
  }

  private static func status(_ paths: Paths, _ config: String) -> StatusDocument {
    if let answer = (try? ControlClient.ask(.status, at: paths.controlSocket)) ?? nil,
      let told = JSON.decode(StatusDocument.self, answer)
    {
      return told
    }
    return StatusDocument.fromDisk(paths: paths, configuration: config)
  }

  /// Waits for the next look, or a signal, which it returns.
  private static func wait(_ signals: Signals, seconds: Int) -> CInt? {
    var ready = pollfd(fd: signals.descriptor.number, events: Int16(POLLIN), revents: 0)
    poll(&ready, 1, CInt(clamping: seconds * 1000))
    return signals.next()
  }

  private func write(_ now: StatusDocument, after last: StatusDocument?) throws(AgentError) {
    if json { return try Output.write(try JSON.encode(now) + [0x0a]) }
    let time = Clocks.wall.wholeSeconds
    for line in StatusChange.lines(from: last, to: now, Terminal.language) {
      try Output.write("\(time)  \(line)\n")
    }
  }
}

extension StatusDocument {
  /// The document without what changes by itself, to see whether anything happened.
  fileprivate var withoutTimes: StatusDocument {
    var document = self
    document.flash = nil
    document.broker.retryInSeconds = nil
    for index in document.lans.indices { document.lans[index].nextScanInSeconds = nil }
    return document
  }
}

/// The other screen of a terminal (xterm's 1049), which leaves what was there before as it was.
final class Screen {
  private var isOn = true

  init() { Self.write("\u{1b}[?1049h\u{1b}[?25l") }

  /// Replaces what is shown, cut to the terminal's height.
  func show(_ text: String) {
    let rows = Self.rows
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let shown = lines.prefix(rows - 1).map { $0 + "\u{1b}[K" }.joined(separator: "\r\n")
    Self.write("\u{1b}[H" + shown + "\u{1b}[J")
  }

  /// Gives the screen back; a second time changes nothing.
  func leave() {
    if isOn { Self.write("\u{1b}[?25h\u{1b}[?1049l") }
    isOn = false
  }

  private static var rows: Int {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
    return max(4, Int(size.ws_row))
  }

  private static func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.write(1, bytes, bytes.count)
  }
}
