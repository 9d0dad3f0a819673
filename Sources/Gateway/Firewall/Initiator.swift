import Glibc
import LinuxIO

/// Who asks, as the kernel tells it: the user of the process, and whom that person logged in as.
///
/// With the second, two administrators who both became root by sudo are two. Where operators have signed what the agent
/// asks, it is they: the agent has seen their signatures, and nobody else at the gateway can confirm for them.
package struct Initiator: Hashable, Sendable {
  /// So many keys fit the mark beside a closing.
  private static let operatorLimit = 4
  private static let operatorPrefix = "key:"

  package let user: UInt32
  package let text: String

  package init(user: UInt32, login: UInt32? = nil) {
    self.user = user
    text = login.map { "\(user)/\($0)" } ?? "\(user)"
  }

  private init(user: UInt32, text: String) {
    self.user = user
    self.text = text
  }

  /// The operators for whom this asks; itself where there are none.
  func acting(for operators: [String]?) throws(FirewallError) -> Initiator {
    guard let operators else { return self }
    guard Self.areKeys(operators.map { $0[...] }) else {
      throw FirewallError(.refused, "1 to \(Self.operatorLimit) keys of operators can ask for something")
    }
    return Initiator(user: user, text: Self.operatorPrefix + operators.sorted().joined(separator: ","))
  }

  /// Whether this may confirm what `text` closed: the same person, or one of the same operators.
  func isInitiator(_ text: String) -> Bool {
    guard let own = Self.keys(self.text), let theirs = Self.keys(text) else { return self.text == text }
    return !Set(own).isDisjoint(with: theirs)
  }

  /// The keys of the operators that a text names; `nil` where it names users.
  package static func operators(_ text: String) -> [String]? { keys(text)?.map(String.init) }

  private static func keys(_ text: String) -> [Substring]? {
    text.hasPrefix(operatorPrefix) ? text.dropFirst(operatorPrefix.count).split(separator: ",") : nil
  }

  /// Whether these are names of keys, as the fleet's contract has them: 16 hexadecimal digits.
  private static func areKeys(_ names: [Substring]) -> Bool {
    (1...operatorLimit).contains(names.count)
      && names.allSatisfy { name in
        name.utf8.count == 16
          && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
      }
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
    if let keys = keys(text) { return areKeys(keys) }
    return (1...32).contains(text.utf8.count) && text.utf8.allSatisfy { (0x2f...0x39).contains($0) }
  }
}
