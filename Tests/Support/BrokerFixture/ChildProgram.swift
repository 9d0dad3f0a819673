package import Glibc

/// A program started by a test, ended by its process id.
package final class ChildProgram {
  package let id: pid_t
  private var status: CInt?

  /// Starts a program of `PATH` or `/usr/sbin`; its output goes to a file or nowhere.
  package init(_ name: String, _ arguments: [String], output: String = "/dev/null") throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The pool's threads block signals, and a child would inherit that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var argv: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) } + [nil]
    defer { for argument in argv { free(argument) } }
    var id: pid_t = 0
    var result = posix_spawnp(&id, name, &actions, &attributes, &argv, environ)
    if result == ENOENT {
      result = posix_spawn(&id, "/usr/sbin/" + name, &actions, &attributes, &argv, environ)
    }
    guard result == 0 else { throw FixtureError("\(name): \(String(cString: strerror(result)))") }
    self.id = id
  }

  deinit { kill(SIGKILL) }

  package func signal(_ number: CInt) {
    if status == nil { Glibc.kill(id, number) }
  }

  /// Sends a signal and waits for the end.
  package func kill(_ number: CInt) {
    signal(number)
    wait()
  }

  /// Waits for the end and returns the exit status; a signal counts as 128 and its number.
  @discardableResult
  package func wait() -> CInt {
    if let status { return status }
    var raw: CInt = 0
    while waitpid(id, &raw, 0) < 0, errno == EINTR {}
    let code = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + (raw & 0x7f)
    status = code
    return code
  }
}

/// Runs a program to its end and returns its exit status and what it said on both channels, or on the first alone.
package func run(
  _ program: String, _ arguments: [String], in directory: TemporaryDirectory, errors: Bool = true
) throws -> (status: CInt, text: String) {
  let name = "output-\(UInt64.random(in: 0 ... .max))"
  let script = "exec \"$0\" \"$@\"" + (errors ? "" : " 2>/dev/null")
  let status = try ChildProgram(
    "sh", ["-c", script, program] + arguments, output: directory.path + "/" + name
  ).wait()
  return (status, directory.read(name))
}
