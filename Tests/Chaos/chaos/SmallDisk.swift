import BrokerFixture
import Glibc
import LinuxIO

/// A disk in memory, small enough to be filled.
///
/// Mounted in the mount namespace of this process, with which it goes; the one who starts us makes that.
final class SmallDisk {
  let path: String
  private var ballast: String { path + "/ballast" }
  private(set) var isFull = false
  private(set) var timesFull = 0
  /// When it had room again.
  private(set) var emptiedAt: Duration = .zero

  init(_ path: String, size: String) throws {
    self.path = path
    guard mkdir(path, 0o700) == 0, mount("tmpfs", path, "tmpfs", 0, "size=\(size),mode=700") == 0 else {
      throw FixtureError(
        "no disk can be mounted at \(path): \(String(cString: strerror(errno))); run under 'unshare --mount'")
    }
  }

  /// Fills it up to so many bytes.
  func fill(leaving bytes: Int) throws {
    var facts = statvfs()
    guard statvfs(path, &facts) == 0 else { throw FixtureError("\(path) cannot be measured") }
    let room = Int(facts.f_bavail) * Int(facts.f_frsize) - bytes
    let file = open(ballast, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(file) }
    if file >= 0, room > 0 { posix_fallocate(file, 0, off_t(room)) }
    isFull = true
    timesFull += 1
  }

  func remove() { umount2(path, CInt(MNT_DETACH)) }

  func empty() {
    unlink(ballast)
    isFull = false
    emptiedAt = Clocks.sinceBoot
  }
}
