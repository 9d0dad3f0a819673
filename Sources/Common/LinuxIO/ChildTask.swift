import Glibc

/// Runs a program to its end beside the loop, and takes what it prints.
package final class ChildTask {
  package struct Result: Sendable {
    /// The exit status, or 128 plus the number of the signal that ended it.
    package let status: CInt
    package let output: [UInt8]
  }

  private let loop: EventLoop
  private let talk: Descriptor
  private let id: pid_t
  private let limit: Int
  private var output: [UInt8] = []
  private var watch: EventLoop.Token?
  private var timer: EventLoop.Token?
  private var completion: ((Result) -> Void)?

  /// Starts a program by its path; what it complains of goes where our own complaints go.
  ///
  /// It is ended when it prints more than `limit` bytes or lasts longer than `patience`. `completion` is called once,
  /// unless the task is released before, which ends the program too.
  package init(
    _ path: String, _ arguments: [String], on loop: EventLoop, limit: Int, patience: Duration,
    completion: @escaping (Result) -> Void
  ) throws(SystemError) {
    let ends = try Pipe.make()
    self.loop = loop
    self.limit = limit
    talk = ends.reading
    id = try Self.start(path, arguments, output: ends.writing.number)
    self.completion = completion
    watch = loop.watch(talk, for: .read) { [weak self] _ in self?.read() }
    timer = loop.after(patience) { [weak self] in self?.end(byForce: true) }
  }

  deinit {
    if completion != nil {
      kill(id, SIGKILL)
      _ = reap()
    }
    loop.cancel(watch)
    loop.cancel(timer)
  }

  private func read() {
    guard let bytes = try? talk.read(limit: 65_536) else { return }
    output += bytes
    if bytes.isEmpty || output.count > limit { end(byForce: !bytes.isEmpty) }
  }

  private func end(byForce: Bool) {
    loop.cancel(watch)
    loop.cancel(timer)
    if byForce { kill(id, SIGKILL) }
    let completion = completion
    self.completion = nil
    completion?(Result(status: reap(), output: output))
  }

  /// A program that has closed its output is at its end.
  private func reap() -> CInt {
    var status: CInt = 0
    while waitpid(id, &status, 0) < 0 {
      if errno != EINTR { return -1 }
    }
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)
  }

  private static func start(
    _ path: String, _ arguments: [String], output: CInt
  ) throws(SystemError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Signals that we block or ignore are not for the child to inherit.
    var none = sigset_t()
    var defaults = sigset_t()
    sigemptyset(&none)
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for text in argv { free(text) } }
    var id: pid_t = 0
    let code = posix_spawn(&id, path, &actions, &attributes, argv, environ)
    guard code == 0 else { throw SystemError(code, "posix_spawn", path) }
    return id
  }
}
