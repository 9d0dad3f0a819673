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
    abstract: "Run the agent: scan on a schedule, keep the posture, report it.",
    discussion: "Stays in the foreground; SIGTERM or Ctrl-C ends it in order.")

  @Option(help: ArgumentHelp("The configuration.", valueName: "file"))
  var config = AgentConfiguration.path

  @OptionGroup var pathOptions: PathOptions

  func run() throws {
    let paths = pathOptions.paths
    let configuration = try wrapping { () throws(SettingsError) in try AgentConfiguration.read(config) }
    try wrapping(.state) { () throws(SystemError) in try Files.createDirectory(paths.state, mode: 0o700) }
    let held = try wrapping(.state) { () throws(SystemError) in try Files.lock(paths.lock) }
    guard let lock = held else {
      throw AgentError(
        .unavailable, "an agent already runs on \(paths.state); stop it first, or give another --state")
    }
    let identity = try AgentIdentity.readOrMake(in: paths.state)
    let log = AgentLog()
    let loop = EventLoop()
    // Blocked before anything else starts a thread, so that no thread takes them.
    let signals = try wrapping { () throws(SystemError) in try Signals([SIGINT, SIGTERM]) }
    let daemon = try Daemon(
      configuration: configuration, paths: paths, identity: identity, profiles: ProfileLoading.load(paths),
      reference: ReferenceLoading.load(
        paths, fingerprints: configuration.fingerprints, mud: configuration.mud),
      loop: loop, note: log.write)
    try wrapping { () throws(SystemError) in try Files.createDirectory(paths.runtime) }
    let control = try wrapping { () throws(SystemError) in
      try ControlServer(path: paths.controlSocket, on: loop) { request in
        switch request {
        case .status: (try? JSON.encode(daemon.status)) ?? []
        case .devices: (try? JSON.encode(daemon.posture)) ?? []
        }
      }
    }
    _ = loop.watch(signals.descriptor, for: .read) { _ in
      while signals.next() != nil { daemon.stop() }
    }
    log.write(
      Daemon.Note(isProblem: false, text: "gateway \(identity.gateway), version \(AgentVersion.current)"))
    daemon.start()
    try wrapping { () throws(SystemError) in try loop.run() }
    control.close()
    withExtendedLifetime(lock) {}
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
