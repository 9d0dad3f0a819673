import CLinux
import Glibc

/// Small files, read within a bound and replaced whole.
package enum Files {
  /// Reads a file of at most `limit` bytes; throws `EFBIG` for a larger one.
  package static func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
    let number = try system("open", path) { open(path, O_RDONLY | O_CLOEXEC) }
    let file = Descriptor(owning: number)
    var bytes: [UInt8] = []
    while true {
      guard let chunk = try file.read(limit: min(65_536, limit + 1 - bytes.count)) else { return bytes }
      if chunk.isEmpty { return bytes }
      bytes += chunk
      if bytes.count > limit { throw SystemError(EFBIG, "read", path) }
    }
  }

  /// Replaces a file so that after a crash or a power cut either the old or the new content is there.
  ///
  /// Writes beside it, syncs, renames, then syncs the directory: fsync(2), rename(2). What root makes belongs to
  /// whom the directory belongs, so that a service can read what its administrator made for it.
  package static func replace(
    _ path: String, with bytes: [UInt8], mode: UInt32 = 0o644
  ) throws(SystemError) {
    let temporary = path + ".new"
    let number = try system("open", temporary) {
      open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
    }
    do throws(SystemError) {
      let file = Descriptor(owning: number)
      try system("fchmod", temporary) { fchmod(number, mode) }
      if geteuid() == 0 { try giveToOwner(of: directory(of: path), number, temporary) }
      var written = 0
      while written < bytes.count {
        let count = try file.write(bytes[written...])
        if count == 0 { throw SystemError(EAGAIN, "write", temporary) }
        written += count
      }
      DiskWrites.count(from: 0, written)
      try system("fsync", temporary) { fsync(number) }
    } catch {
      unlink(temporary)
      throw SystemError(error.code, error.call, path)
    }
    try system("rename", path) { rename(temporary, path) }
    try synchronise(directory: directory(of: path))
  }

  private static func directory(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
  }

  private static func giveToOwner(
    of directory: String, _ number: CInt, _ path: String
  ) throws(SystemError) {
    var facts = stat()
    try system("stat", directory) { stat(directory, &facts) }
    try system("fchown", path) { fchown(number, facts.st_uid, facts.st_gid) }
  }

  /// Removes a file; one that is not there is no error.
  package static func remove(_ path: String) throws(SystemError) {
    if unlink(path) < 0, errno != ENOENT { throw SystemError(errno, "unlink", path) }
  }

  private static func synchronise(directory: String) throws(SystemError) {
    let number = try system("open", directory) { open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    let descriptor = Descriptor(owning: number)
    try system("fsync", directory) { fsync(descriptor.number) }
  }

  /// Creates a directory and what is missing above it.
  package static func createDirectory(_ path: String, mode: UInt32 = 0o755) throws(SystemError) {
    var prefix = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      prefix += "/" + part
      if mkdir(prefix, mode) < 0, errno != EEXIST { throw SystemError(errno, "mkdir", prefix) }
    }
  }

  /// Whether there is something at a path; also where it cannot be told, so that nothing is replaced
  /// that may be there.
  package static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR)
  }

  /// Whether this user may look into a file or a directory.
  package static func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }

  /// The permission bits of a file.
  package static func mode(_ path: String) throws(SystemError) -> UInt32 {
    var facts = stat()
    try system("stat", path) { stat(path, &facts) }
    return facts.st_mode & 0o7777
  }

  /// The names in a directory that end with `suffix`, sorted.
  package static func names(in directory: String, suffix: String) throws(SystemError) -> [String] {
    guard let stream = opendir(directory) else { throw SystemError(errno, "opendir", directory) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = Glibc.readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(suffix), !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// Holds an exclusive lock on a file as long as the returned descriptor lives.
  ///
  /// - Returns: `nil` when another process holds it.
  package static func lock(_ path: String) throws(SystemError) -> Descriptor? {
    let number = try system("open", path) { open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600) }
    let file = Descriptor(owning: number)
    if CLinux_try_lock(number) == 0 { return file }
    if errno == EWOULDBLOCK { return nil }
    throw SystemError(errno, "flock", path)
  }
}
