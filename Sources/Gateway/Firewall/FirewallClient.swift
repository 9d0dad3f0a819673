import FoundationEssentials
import Glibc
import LinuxIO

/// Asks the helper something and waits for the answer.
package enum FirewallClient {
  package static let socket = "/run/kadomori-firewall.sock"
  private static let answerLimit = 32 << 20
  /// Longer than the helper gives `nft`.
  private static let patienceMilliseconds: CInt = 15_000

  /// Asks; `body` is what follows the answer's line, for ``FirewallAnswer/document(bytes:)``.
  ///
  /// Throws the fault that the helper answers, and ``FirewallError/Code/unavailable`` where none answers.
  package static func ask(
    _ request: FirewallRequest, at path: String
  ) throws(FirewallError) -> (answer: FirewallAnswer, body: ArraySlice<UInt8>) {
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try exchange(request, path) } catch {
      throw FirewallError(
        error.isPermission ? .permission : .unavailable,
        error.isPermission
          ? "\(path): only root and the agent may change the firewall; ask again with sudo"
          : "the firewall helper does not answer at \(path) (\(error.reason)); see 'systemctl status kadomori-firewall.socket'"
      )
    }
    guard let newline = bytes.firstIndex(of: 0x0a),
      let answer = try? JSONDecoder().decode(FirewallAnswer.self, from: Data(bytes[..<newline]))
    else {
      throw FirewallError(
        .unavailable, "the firewall helper broke off at \(path); see 'journalctl -u kadomori-firewall'")
    }
    if case .fault(let fault) = answer { throw fault }
    let body = bytes[(newline + 1)...]
    if case .document(let count) = answer, body.count != count {
      throw FirewallError(.unavailable, "the firewall helper broke off; ask again")
    }
    return (answer, body)
  }

  private static func exchange(_ request: FirewallRequest, _ path: String) throws(SystemError) -> [UInt8] {
    guard let connection = try UnixSocket.connect(path) else {
      throw SystemError(ECONNREFUSED, "connect", path)
    }
    guard let data = try? JSONEncoder().encode(request) else { throw SystemError(EINVAL, "encode", path) }
    var unsent = ([UInt8](data) + [0x0a])[...]
    while !unsent.isEmpty {
      let count = try connection.write(unsent)
      unsent = unsent.dropFirst(count)
      if count == 0 { try wait(connection, POLLOUT, path) }
    }
    var answer: [UInt8] = []
    while answer.count < answerLimit {
      try wait(connection, POLLIN, path)
      guard let bytes = try connection.read(limit: 65_536) else { continue }
      if bytes.isEmpty { return answer }
      answer += bytes
    }
    throw SystemError(EMSGSIZE, "read", path)
  }

  private static func wait(_ connection: Descriptor, _ events: Int32, _ path: String) throws(SystemError) {
    var ready = pollfd(fd: connection.number, events: Int16(events), revents: 0)
    guard poll(&ready, 1, patienceMilliseconds) > 0 else { throw SystemError(ETIMEDOUT, "poll", path) }
  }
}
