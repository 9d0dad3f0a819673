import Glibc
import LinuxIO

/// Who asks, as the kernel tells it: the user of the process, and whom that person logged in as.
///
/// With the second, two administrators who both became root by sudo are two.
package struct Initiator: Hashable, Sendable {
  package let user: UInt32
  package let text: String

  package init(user: UInt32, login: UInt32? = nil) {
    self.user = user
    text = login.map { "\(user)/\($0)" } ?? "\(user)"
  }

  /// The process at the other end of a Unix socket (unix(7), SO_PEERCRED); `nil` where it cannot be told.
  static func peer(of connection: Descriptor) -> Initiator? {
    // struct ucred, which _GNU_SOURCE hides: process, user, group.
    var credentials: [UInt32] = [0, 0, 0]
    var length = socklen_t(12)
    guard getsockopt(connection.number, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0, length == 12
    else { return nil }
    return Initiator(user: credentials[1], login: login(of: "\(credentials[0])"))
  }

  /// This process.
  package static var own: Initiator { Initiator(user: getuid(), login: login(of: "self")) }

  /// The user a process logged in as, which survives sudo (pam_loginuid(8)); 4294967295 is nobody.
  private static func login(of process: String) -> UInt32? {
    let bytes = (try? Files.read("/proc/\(process)/loginuid", limit: 64)) ?? []
    return UInt32(String(decoding: bytes.filter { (0x30...0x39).contains($0) }, as: UTF8.self)).flatMap {
      $0 == UInt32.max ? nil : $0
    }
  }

  static func isPlain(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count) && text.utf8.allSatisfy { (0x2f...0x39).contains($0) }
  }
}
