import Glibc
import LinuxIO
import ServiceLifecycle

/// Something that happened to the broker of our own.
package enum BrokerNotice: Sendable {
  case started(process: Int32, ListenAddress)
  case ended(String, lastWords: String, retryIn: Duration)
  case said(BrokerLine)
}

/// Starts and supervises a mosquitto of our own, when no broker is configured.
///
/// Its configuration, log, process id and saved sessions are in `broker/` of the state directory.
package final class PrivateBroker: Service {
  private let program: String
  private let directory: String
  private let listen: ListenAddress
  package let notices: AsyncStream<BrokerNotice>
  private let notice: AsyncStream<BrokerNotice>.Continuation
  private let current = CurrentProcess()
  private let log: BrokerLog
  /// From where clients come; nothing where they choose their names themselves, without `security`.
  package let sessions = BrokerSessions()

  /// Finds mosquitto, writes its configuration and makes sure that the port is free.
  ///
  /// `path` is searched before `/usr/sbin`, as `PATH` is written. Without `security` it lets anybody in.
  package init(
    in state: String, listen: ListenAddress, security: BrokerConfiguration.Security? = nil, path: String
  ) throws(PrivateBrokerError) {
    self.listen = listen
    directory = state + "/broker"
    (notices, notice) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(100))
    log = BrokerLog(
      file: directory + "/mosquitto.log", sessions: security == nil ? nil : sessions
    ) { [notice] in notice.yield($0) }
    let places = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
    guard let program = places.map({ $0 + "/mosquitto" }).first(where: { access($0, X_OK) == 0 }) else {
      throw PrivateBrokerError(
        code: .notInstalled,
        description: "mosquitto is not installed. Install it with 'apt-get install mosquitto', "
          + "or name a broker in the configuration file.")
    }
    self.program = program
    var configuration = BrokerConfiguration(
      listen: listen, directory: directory, user: Self.userName, security: security)
    configuration.tellsRefusals = security != nil
    do {
      try Files.createDirectory(directory, mode: 0o700)
      try Files.replace(configurationFile, with: Array(configuration.text.utf8), mode: 0o600)
    } catch {
      throw PrivateBrokerError(code: .cannotWrite, description: error.description)
    }
    endLeftover()
    if let problem = listen.problem() { throw Self.refusal(listen, problem) }
  }

  private var configurationFile: String { directory + "/mosquitto.conf" }
  private var processFile: String { directory + "/mosquitto.pid" }

  private static var userName: String {
    getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "mosquitto"
  }

  private static func refusal(_ listen: ListenAddress, _ problem: CInt) -> PrivateBrokerError {
    let text = String(cString: strerror(problem))
    return problem == EADDRINUSE
      ? PrivateBrokerError(
        code: .portInUse,
        description: "\(listen) is in use by another program, perhaps a broker that is already there. "
          + "Choose another port with --listen, or name that broker in the configuration file.")
      : PrivateBrokerError(
        code: .cannotListen,
        description: "cannot listen on \(listen): \(text). Choose an address of this machine with --listen.")
  }

  /// Ends a broker that outlived an earlier collector; only one that runs our own configuration file.
  private func endLeftover() {
    guard let bytes = try? Files.read(processFile, limit: 32),
      let id = pid_t(String(decoding: bytes, as: UTF8.self)), id > 1,
      let line = try? Files.read("/proc/\(id)/cmdline", limit: 65_536),
      String(decoding: line, as: UTF8.self).split(separator: "\0").contains(Substring(configurationFile))
    else { return }
    kill(id, SIGTERM)
    for _ in 0..<100 {
      if kill(id, 0) != 0 { return }
      poll(nil, 0, 50)
    }
    kill(id, SIGKILL)
  }

  /// Waits until the broker listens, at most five seconds.
  package func listens() async {
    for _ in 0..<250 where !Task.isCancelled && !Task.isShuttingDownGracefully {
      if listen.answers() { return }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Has the broker read its lists again, and returns when whoever comes is judged by them.
  ///
  /// `false` where it did not within five seconds. Only a broker with `security` says so.
  package func reload() async -> Bool {
    await listens()
    let before = log.readings
    // Without a process there is nobody to tell: the next one reads the lists as it starts.
    guard current.signal(SIGHUP) else { return true }
    for _ in 0..<250 where log.readings == before {
      try? await Task.sleep(for: .milliseconds(20))
    }
    return log.readings != before
  }

  package func run() async throws {
    defer { notice.finish() }
    try await withGracefulShutdownHandler {
      var pause = Duration.milliseconds(500)
      var isFirst = true
      while !Task.isShuttingDownGracefully {
        let started = Clocks.sinceBoot
        let (process, output) = try start()
        current.set(process)
        notice.yield(.started(process: process.id, listen))
        async let isRead: Void = log.read(output)
        await process.ended()
        // Only now may the id be given to another process.
        current.set(nil)
        let how = process.reap()
        await isRead
        sessions.put(.allEnded(at: Clocks.wall))
        if Task.isShuttingDownGracefully { return }
        let words = log.lastWords
        if isFirst, case .exited = how, Clocks.sinceBoot - started < .seconds(2) {
          throw PrivateBrokerError(
            code: .endedAtOnce, description: "mosquitto ended at once (\(how)): \(words)")
        }
        isFirst = false
        if Clocks.sinceBoot - started > .seconds(60) { pause = .milliseconds(500) }
        notice.yield(.ended(how.description, lastWords: words, retryIn: pause))
        try? await cancelWhenGracefulShutdown { [pause] in
          try await Task.sleep(for: pause * Double.random(in: 0.75..<1.25))
        }
        pause = min(pause * 2, .seconds(30))
      }
    } onGracefulShutdown: {
      self.current.end()
    }
  }

  /// Starts mosquitto; `output` is a descriptor of the caller's, from which its words can be read.
  private func start() throws(PrivateBrokerError) -> (BrokerProcess, output: CInt) {
    let ends: (reading: Descriptor, writing: Descriptor)
    let output: CInt
    do throws(SystemError) {
      ends = try Pipe.make()
      output = try system("fcntl", "pipe") { fcntl(ends.reading.number, F_DUPFD_CLOEXEC, 0) }
    } catch {
      throw PrivateBrokerError(code: .cannotWrite, description: error.description)
    }
    // A broker that waits for whoever reads its words serves nobody: rather are words lost.
    _ = fcntl(ends.writing.number, F_SETFL, O_NONBLOCK)
    log.began()
    let process: BrokerProcess
    do throws(PrivateBrokerError) {
      process = try BrokerProcess.start(program, configuration: configurationFile, output: ends.writing)
    } catch {
      close(output)
      throw error
    }
    try? Files.replace(processFile, with: Array(String(process.id).utf8), mode: 0o600)
    return (process, output)
  }
}
