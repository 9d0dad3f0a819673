import Dispatch
import Glibc
import LinuxIO

/// One run of mosquitto, ended by its process id.
struct BrokerProcess: Sendable {
  let id: pid_t

  private static let queue = DispatchQueue(label: "kadomori.private-broker", attributes: .concurrent)

  /// Starts mosquitto in a process group of its own, so that a Ctrl-C for us leaves it to us to end it.
  ///
  /// What it says goes to `output`, which it does not wait for.
  static func start(
    _ program: String, configuration: String, output: Descriptor
  ) throws(PrivateBrokerError) -> Self {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output.number, 1)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Our own ignored SIGPIPE and blocked signals are not for the child.
    var none = sigset_t()
    var defaults = sigset_t()
    sigemptyset(&none)
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let words = [program, "-c", configuration]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var id: pid_t = 0
    let result = posix_spawn(&id, program, &actions, &attributes, &arguments, environ)
    guard result == 0 else {
      throw PrivateBrokerError(
        code: .notInstalled,
        description: "\(program) cannot be started: \(String(cString: strerror(result))).")
    }
    return BrokerProcess(id: id)
  }

  /// Waits for the end; the id stays the process's own until `reap`.
  func ended() async {
    await withCheckedContinuation { continuation in
      Self.queue.async { [id] in
        var facts = siginfo_t()
        while waitid(P_PID, id_t(id), &facts, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        continuation.resume()
      }
    }
  }

  /// How a process ended.
  enum End: CustomStringConvertible {
    case exited(CInt)
    case killed(signal: CInt)

    var description: String {
      switch self {
      case .exited(let status): "exit status \(status)"
      case .killed(let signal): "signal \(signal)"
      }
    }
  }

  /// Gives the id back and says how the process ended.
  func reap() -> End {
    var status: CInt = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: signal)
  }

  /// Asks the process to end; mosquitto saves its sessions then.
  func terminate() { Glibc.kill(id, SIGTERM) }

  func kill() { Glibc.kill(id, SIGKILL) }

  func signal(_ number: CInt) { Glibc.kill(id, number) }
}
