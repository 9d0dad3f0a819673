import Glibc

extension Files {
  /// The number of a file within its file system.
  package static func inode(_ path: String) throws(SystemError) -> UInt64 {
    var facts = stat()
    try system("stat", path) { stat(path, &facts) }
    return UInt64(facts.st_ino)
  }

  /// What changes when a file is written or replaced: its number, size and time; empty where there is none.
  package static func stamp(_ path: String) -> [UInt64] {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return [] }
    return [
      UInt64(facts.st_ino), UInt64(bitPattern: Int64(facts.st_size)),
      UInt64(bitPattern: Int64(facts.st_mtim.tv_sec)), UInt64(bitPattern: Int64(facts.st_mtim.tv_nsec)),
    ]
  }

  /// The names of the directories in a directory, without links to others.
  package static func directories(in directory: String) throws(SystemError) -> [String] {
    guard let stream = opendir(directory) else { throw SystemError(errno, "opendir", directory) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = Glibc.readdir(stream) {
      guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Where a symbolic link leads; `nil` where there is none that this user may read.
  package static func target(of path: String) -> String? {
    var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = bytes.withUnsafeMutableBytes { buffer in
      buffer.withMemoryRebound(to: CChar.self) { text in
        text.baseAddress.map { readlink(path, $0, text.count) } ?? -1
      }
    }
    return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
  }
}
