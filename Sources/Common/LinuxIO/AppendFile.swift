import Glibc

/// A file that grows at its end, and whose length is what has certainly come to the disk.
package final class AppendFile {
  private let path: String
  private let descriptor: Descriptor
  package private(set) var length: Int
  /// Bytes behind ``length`` that could not be cut off again.
  private var hasTornEnd: Bool

  /// Opens a file that is there; what lies behind `length` is cut off at the next ``append(_:)``.
  package init(_ path: String, length: Int) throws(SystemError) {
    self.path = path
    self.length = length
    descriptor = Descriptor(
      owning: try system("open", path) { open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW) })
    var facts = stat()
    let number = descriptor.number
    try system("fstat", path) { fstat(number, &facts) }
    hasTornEnd = Int(facts.st_size) > length
  }

  /// Writes at the end, and returns when the disk has it: fdatasync(2).
  ///
  /// Where it throws, the file is as long as before, or will be when the next call succeeds.
  package func append(_ bytes: [UInt8]) throws(SystemError) {
    let number = descriptor.number
    if hasTornEnd {
      try system("ftruncate", path) { ftruncate(number, off_t(length)) }
      hasTornEnd = false
    }
    do throws(SystemError) {
      var written = 0
      while written < bytes.count {
        let rest = Array(bytes[written...])
        written += try system("write", path) { pwrite(number, rest, rest.count, off_t(length + written)) }
      }
      DiskWrites.count(from: length, bytes.count)
      try system("fdatasync", path) { fdatasync(number) }
      length += bytes.count
    } catch {
      hasTornEnd = ftruncate(number, off_t(length)) != 0
      throw error
    }
  }
}
