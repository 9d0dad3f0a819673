import Agent
import ArgumentParser
import Glibc
import LinuxIO
import LocalControl
import Logging
import Settings

/// Runs the agent.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run the agent: scan on a schedule, keep the posture, report it.",
    discussion: """
      Stays in the foreground; SIGTERM or Ctrl-C ends it in order, SIGHUP has it read its configuration again.
      """)

  @Option(help: ArgumentHelp("The configuration.", valueName: "file"))
  var config = AgentConfiguration.path

  @OptionGroup var pathOptions: PathOptions

  func run() throws {
    let paths = pathOptions.paths
    // Read before anything is made: what is wrong in it is told at once.
    _ = try wrapping { () throws(SettingsError) in try AgentConfiguration.read(config) }
    try wrapping(.state) { () throws(SystemError) in try Files.createDirectory(paths.state, mode: 0o700) }
    let held = try wrapping(.state) { () throws(SystemError) in try Files.lock(paths.lock) }
    guard let lock = held else {
      throw AgentError(
        .unavailable, "an agent already runs on \(paths.state); stop it first, or give another --state")
    }
    Memory.bound()
    let log = AgentLog()
    // Blocked before anything else starts a thread, so that no thread takes them.
    let signals = try wrapping { () throws(SystemError) in try Signals([SIGINT, SIGTERM, SIGHUP]) }
    while try serve(paths, signals, log) {}
    withExtendedLifetime(lock) {}
  }

  /// Runs an agent made of what is on disk now, until it is asked to end or to begin anew.
  ///
  /// - Returns: whether to begin anew.
  private func serve(_ paths: Paths, _ signals: Signals, _ log: AgentLog) throws -> Bool {
    let configuration = try wrapping { () throws(SettingsError) in try AgentConfiguration.read(config) }
    let identity = try AgentIdentity.readOrMake(in: paths.state)
    let loop = EventLoop()
    var isAgain = false
    var isLeaving = false
    var agent: Daemon?
    let rebuild = {
      do {
        _ = try AgentConfiguration.read(config)
        _ = try Enrolment.current(paths)
      } catch {
        return log.write(Daemon.Note(isProblem: true, text: "goes on as it was: \(error)"))
      }
      isAgain = true
      agent?.stop()
    }
    let daemon = try Daemon(
      configuration: configuration, paths: paths, identity: identity,
      membership: try Enrolment.current(paths), profiles: ProfileLoading.load(paths),
      reference: ReferenceLoading.load(
        paths, fingerprints: configuration.fingerprints, mud: configuration.mud),
      loop: loop, rebuild: rebuild, note: log.write)
    agent = daemon
    defer { agent = nil }
    try wrapping { () throws(SystemError) in try Files.createDirectory(paths.runtime) }
    let control = try wrapping { () throws(SystemError) in
      try ControlServer(path: paths.controlSocket, on: loop) { request in
        switch request {
        case .status: return (try? JSON.encode(daemon.status)) ?? []
        case .devices: return (try? JSON.encode(daemon.posture)) ?? []
        case .connect:
          daemon.connectNow()
          return (try? JSON.encode(daemon.status)) ?? []
        case .pageCode: return (try? JSON.encode(daemon.pageCode())) ?? []
        case .pageForget:
          daemon.forgetBrowsers()
          return []
        case .reload, .leave:
          isLeaving = request == .leave
          // The answer goes out first.
          _ = loop.after(.milliseconds(10)) { isLeaving ? daemon.stop() : rebuild() }
          return []
        }
      }
    }
    let watch = loop.watch(signals.descriptor, for: .read) { _ in
      while let signal = signals.next() { signal == SIGHUP ? rebuild() : daemon.stop() }
    }
    log.write(
      Daemon.Note(isProblem: false, text: "gateway \(identity.gateway), version \(AgentVersion.current)"))
    daemon.start()
    try wrapping { () throws(SystemError) in try loop.run() }
    loop.cancel(watch)
    control.close()
    // Only now does nobody write to the outbox any more.
    if isLeaving { _ = try Enrolment(paths).leave() }
    return isAgain || isLeaving
  }
}

/// Writes the agent's notes to standard error, where the service manager's journal takes them.
private struct AgentLog {
  private let log: Logger

  init() {
    log = Logger(label: "kadomori") { StreamLogHandler.standardError(label: $0) }
  }

  func write(_ note: Daemon.Note) {
    log.log(level: note.isProblem ? .warning : .info, "\(note.text)")
  }
}
