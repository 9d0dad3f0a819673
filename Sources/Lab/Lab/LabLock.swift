import CLinux
import Foundation

/// The lock of one lab's directory, held by whoever builds or removes the lab.
///
/// Programs started while building inherit it, so a removal never overlaps with the last command
/// of a builder that was killed.
final class LabLock: Sendable {
  let descriptor: Int32

  /// Takes the lock, waiting at most `limit`; returns `nil` when somebody else keeps it.
  init?(at path: String, waiting limit: Duration) throws {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw LabError(errno == ENOENT ? .notFound : .failed, "cannot open \(path): \(errorText(errno))")
    }
    self.descriptor = descriptor
    let deadline = ContinuousClock.now + limit
    while CLinux_try_lock(descriptor) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR, ContinuousClock.now < deadline else { return nil }
      usleep(20_000)
    }
  }

  deinit { close(descriptor) }
}
