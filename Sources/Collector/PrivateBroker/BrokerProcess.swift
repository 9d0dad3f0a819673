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
    do throws(SystemError) {
      return BrokerProcess(
        id: try Spawn.start(
          program, [program, "-c", configuration], standard: [nil, output.number, output.number],
          inOwnGroup: true))
    } catch {
      throw PrivateBrokerError(
        code: .notInstalled, description: "\(program) cannot be started: \(error.reason).")
    }
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
