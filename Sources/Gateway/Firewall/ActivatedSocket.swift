import Glibc
package import LinuxIO

/// The listening socket that systemd hands over (sd_listen_fds(3)).
package enum ActivatedSocket {
  private static let first: CInt = 3

  /// The one socket handed to this process, or `nil` where none was.
  package static func take() -> Descriptor? {
    guard let process = getenv("LISTEN_PID"), let count = getenv("LISTEN_FDS"),
      pid_t(String(cString: process)) == getpid(), String(cString: count) == "1"
    else { return nil }
    _ = fcntl(first, F_SETFD, FD_CLOEXEC)
    _ = fcntl(first, F_SETFL, O_NONBLOCK)
    return Descriptor(owning: first)
  }

  /// The number of a user by name in `/etc/passwd`, which asks no name service of the network.
  package static func user(named name: String) -> UInt32? {
    var found: UInt32?
    try? Files.forEachLine(of: "/etc/passwd", limit: 4 << 20) { line in
      let fields = line.split(separator: 0x3a, omittingEmptySubsequences: false)
      if fields.count > 2, String(decoding: fields[0], as: UTF8.self) == name {
        found = UInt32(String(decoding: fields[2], as: UTF8.self))
      }
    }
    return found
  }
}
