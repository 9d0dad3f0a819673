import Glibc

extension Files {
  /// Makes a file that was not there, whole or not at all; `EEXIST` where something is, a link that leads nowhere included.
  package static func create(
    _ path: String, with bytes: [UInt8], mode: UInt32 = 0o600
  ) throws(SystemError) {
    let number = try system("open", path) {
      open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    }
    do throws(SystemError) {
      let file = Descriptor(owning: number)
      // Whatever the umask takes away, nobody else may read what is only for its maker.
      try system("fchmod", path) { fchmod(number, mode) }
      var written = 0
      while written < bytes.count {
        let count = try file.write(bytes[written...])
        if count == 0 { throw SystemError(EAGAIN, "write", path) }
        written += count
      }
      try system("fsync", path) { fsync(number) }
    } catch {
      unlink(path)
      throw SystemError(error.code, error.call, path)
    }
  }

  /// Whether this user may make files in a directory, or write one.
  package static func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }
}
