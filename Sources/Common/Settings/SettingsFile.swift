import Glibc

/// Reads files of settings from the disk, within bounds.
package enum SettingsFile {
  /// A folder with more files than this is the wrong folder.
  package static let folderLimit = 4096

  /// Reads a regular file of at most `limit` bytes.
  package static func bytes(
    of path: String, limit: Int = YAMLLimits.standard.bytes
  ) throws(SettingsError) -> [UInt8] {
    // Non-blocking, so that a named pipe without a writer is refused below instead of waited for.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw refusal(path, "cannot be opened: \(reason(errno))") }
    defer { close(file) }
    var facts = stat()
    guard fstat(file, &facts) == 0 else { throw refusal(path, "cannot be examined: \(reason(errno))") }
    guard facts.st_mode & S_IFMT == S_IFREG else {
      throw refusal(
        path, facts.st_mode & S_IFMT == S_IFDIR ? "is a folder, not a file" : "is not a regular file")
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = read(file, &chunk, chunk.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw refusal(path, "cannot be read: \(reason(errno))")
      }
      bytes += chunk[..<count]
      guard bytes.count <= limit else { throw refusal(path, "is larger than \(limit) bytes") }
    }
  }

  /// Returns the names in a folder that end in `suffix`, sorted; empty where there is no such folder.
  package static func names(in folder: String, suffix: String) throws(SettingsError) -> [String] {
    guard let stream = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw refusal(folder, "cannot be opened: \(reason(errno))")
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.hasSuffix(suffix), !name.hasPrefix(".") else { continue }
      names.append(name)
      guard names.count <= folderLimit else { throw refusal(folder, "holds more than \(folderLimit) files") }
    }
    return names.sorted()
  }

  private static func refusal(_ path: String, _ message: String) -> SettingsError {
    SettingsError([Diagnostic(mark: Mark(file: path), message: message)])
  }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case ENOENT: return "there is no such file; check the path"
    case EACCES: return "permission denied; check owner and mode"
    default:
      var text = [CChar](repeating: 0, count: 128)
      strerror_r(code, &text, text.count)
      let end = text.firstIndex(of: 0) ?? text.endIndex
      return String(decoding: text[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}

extension Node {
  /// Reads the YAML file at `path`.
  package init(contentsOf path: String, limits: YAMLLimits = .standard) throws(SettingsError) {
    let bytes = try SettingsFile.bytes(of: path, limit: limits.bytes)
    try self.init(yaml: bytes, file: path, limits: limits)
  }
}
