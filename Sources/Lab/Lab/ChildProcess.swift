import Foundation

/// Starts and reaps programs with `posix_spawn`.
enum ChildProcess {
  /// `POSIX_SPAWN_SETSID` of <spawn.h>, which _GNU_SOURCE hides.
  private static let setSession: Int16 = 0x80
  /// The signals a child must not inherit as ignored or handled.
  private static let ordinary = [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGCHLD]

  /// Starts a program found in `PATH`.
  ///
  /// Every descriptor of this process is opened close-on-exec, so that the child has only those
  /// in `descriptors`, each `(ours, its)`.
  static func spawn(
    _ arguments: [String], environment: [String: String], descriptors: [(Int32, Int32)], newSession: Bool
  ) throws -> pid_t {
    guard let program = arguments.first else { preconditionFailure("a command has at least a program") }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (ours, its) in descriptors { posix_spawn_file_actions_adddup2(&actions, ours, its) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of the concurrency runtime block signals, and a child would inherit that.
    var none = sigset_t(), defaults = sigset_t()
    sigemptyset(&none)
    sigemptyset(&defaults)
    for signal in ordinary { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    let flags = Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
    posix_spawnattr_setflags(&attributes, newSession ? flags | setSession : flags)

    var pid: pid_t = 0
    let code = withCStrings(arguments) { argv in
      withCStrings(environment.map { "\($0)=\($1)" }) { envp in
        posix_spawnp(&pid, program, &actions, &attributes, argv, envp)
      }
    }
    if code == ENOENT { throw LabError(.missingDependency, "the program '\(program)' is not installed") }
    guard code == 0 else { throw LabError(.failed, "cannot start '\(program)': \(errorText(code))") }
    return pid
  }

  /// Waits for a child and returns its status as a shell would: 128 plus the signal when killed.
  static func wait(_ pid: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 {
      guard errno == EINTR else { return -1 }
    }
    return shellStatus(status)
  }

  /// Reaps a child that has ended, and returns its status; `nil` while it runs or is not ours.
  static func reap(_ pid: pid_t) -> Int32? {
    var status: Int32 = 0
    return waitpid(pid, &status, WNOHANG) == pid ? shellStatus(status) : nil
  }

  private static func shellStatus(_ status: Int32) -> Int32 {
    status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
  }
}

/// Says what an error number means.
func errorText(_ code: Int32) -> String { String(cString: strerror(code)) }

/// Calls `body` with the strings as a null-terminated array that lives as long as the call.
func withCStrings<Result>(
  _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) throws -> Result
) rethrows -> Result {
  let copies = strings.map { strdup($0) }
  defer { copies.forEach { free($0) } }
  return try body(copies + [nil])
}
