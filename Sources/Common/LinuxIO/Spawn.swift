import CLinux
import Glibc

/// Starts programs, and tells how they ended: no shell, no search path.
package enum Spawn {
  /// Starts the program at `path`; `words` begins with its name.
  ///
  /// `standard` holds its input, output and errors, where `nil` is `/dev/null` and 2 our own errors. Signals that we
  /// block or ignore are not for it to inherit; in a group of its own, Ctrl-C at our terminal does not reach it.
  package static func start(
    _ path: String, _ words: [String], standard: [CInt?], environment: [String]? = nil,
    inOwnGroup: Bool = false
  ) throws(SystemError) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (its, ours) in standard.enumerated() where ours != CInt(its) {
      if let ours {
        posix_spawn_file_actions_adddup2(&actions, ours, CInt(its))
      } else {
        posix_spawn_file_actions_addopen(&actions, CInt(its), "/dev/null", O_RDWR, 0)
      }
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var defaults = sigset_t()
    sigemptyset(&none)
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (inOwnGroup ? POSIX_SPAWN_SETPGROUP : 0)
    posix_spawnattr_setflags(&attributes, Int16(flags))
    let argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    let envp: [UnsafeMutablePointer<CChar>?]? = environment.map { $0.map { strdup($0) } + [nil] }
    defer { for text in argv + (envp ?? []) { free(text) } }
    var id: pid_t = 0
    let code =
      if let envp {
        posix_spawn(&id, path, &actions, &attributes, argv, envp)
      } else {
        posix_spawn(&id, path, &actions, &attributes, argv, environ)
      }
    guard code == 0 else { throw SystemError(code, "posix_spawn", path) }
    return id
  }

  /// Waits for the end of a program: its exit status, or 128 plus the number of the signal that ended it.
  package static func reap(_ id: Int32) -> Int32 {
    var status: CInt = 0
    while waitpid(id, &status, 0) < 0 {
      if errno != EINTR { return -1 }
    }
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)
  }
}
