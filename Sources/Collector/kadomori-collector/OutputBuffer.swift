import Glibc
import LinuxIO

/// Writes results in pieces that a program at the other end of a pipe reads well.
final class OutputBuffer {
  private let descriptor: CInt
  private var bytes: [UInt8] = []

  private static let piece = 65_536

  init(descriptor: CInt) { self.descriptor = descriptor }

  func put(_ more: [UInt8]) throws(SystemError) {
    bytes += more
    if bytes.count >= Self.piece { try flush() }
  }

  /// Writes all that is left; waits while the other end does not read.
  func flush() throws(SystemError) {
    var start = 0
    while start < bytes.count {
      start += try system("write", "results") { [start] in
        bytes[start...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      }
    }
    bytes.removeAll(keepingCapacity: true)
  }
}

/// A file that is made anew.
enum AppendedFile {
  static func create(_ path: String) throws(SystemError) -> Descriptor {
    Descriptor(
      owning: try system("open", path) { open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) })
  }
}
