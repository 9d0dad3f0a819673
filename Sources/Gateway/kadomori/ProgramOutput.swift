import Agent
import Glibc
import LinuxIO

/// Runs a program of the system for what it prints: no shell, no search path, within a bound of bytes and time.
enum ProgramOutput {
  /// What a program printed, and how it ended.
  struct Answer {
    var bytes: [UInt8]
    /// The exit status; `nil` where a signal ended it.
    var status: CInt?
  }

  /// Runs the program at `path`, at most `limit` bytes and `patience` long.
  static func run(
    _ path: String, _ arguments: [String], limit: Int, patience: Duration = .seconds(10)
  ) throws(SystemError) -> Answer {
    let (child, output) = try start(path, arguments)
    do throws(SystemError) {
      let bytes = try collect(output, limit: limit, until: Clocks.sinceBoot + patience)
      return Answer(bytes: bytes, status: wait(child))
    } catch {
      kill(child, SIGKILL)
      _ = wait(child)
      throw SystemError(error.code, error.call, path)
    }
  }

  /// Starts it, and keeps the reading end alone: were the other held here, the end of the output would never come.
  private static func start(
    _ path: String, _ arguments: [String]
  ) throws(SystemError) -> (pid_t, Descriptor) {
    let pipe = try Pipe.make()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, pipe.writing.number, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var argv: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
    argv.append(nil)
    defer { argv.forEach { free($0) } }
    // Names and numbers must not change with somebody's locale.
    var environment: [UnsafeMutablePointer<CChar>?] = [strdup("LC_ALL=C"), nil]
    defer { environment.forEach { free($0) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, path, &actions, nil, &argv, &environment)
    guard code == 0 else { throw SystemError(code, "posix_spawn", path) }
    return (child, pipe.reading)
  }

  private static func collect(
    _ output: Descriptor, limit: Int, until end: Duration
  ) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      var polled = pollfd(fd: output.number, events: Int16(POLLIN), revents: 0)
      let rest = max(0, (end - Clocks.sinceBoot).milliseconds)
      let ready = try system("poll", "output") { poll(&polled, 1, CInt(clamping: rest)) }
      guard ready > 0 else { throw SystemError(ETIMEDOUT, "read", "output") }
      guard let more = try output.read(limit: 65_536), !more.isEmpty else { return bytes }
      bytes += more
      guard bytes.count <= limit else { throw SystemError(EFBIG, "read", "output") }
    }
  }

  private static func wait(_ child: pid_t) -> CInt? {
    var status: CInt = 0
    while waitpid(child, &status, 0) < 0 { guard errno == EINTR else { return nil } }
    return status & 0x7f == 0 ? (status >> 8) & 0xff : nil
  }
}
