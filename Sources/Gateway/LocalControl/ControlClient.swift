import Glibc
package import LinuxIO

/// Asks the running agent something and waits for the answer, for a command that has nothing else to do.
package enum ControlClient {
  private static let answerLimit = 4 * 1_048_576
  private static let patienceMilliseconds: CInt = 5000

  /// - Returns: the answer, or `nil` when no agent listens at `path`.
  package static func ask(_ request: Request, at path: String) throws(SystemError) -> [UInt8]? {
    guard let connection = try UnixSocket.connect(path) else { return nil }
    let line = Array((request.rawValue + "\n").utf8)
    guard try connection.write(line) == line.count else { throw SystemError(EAGAIN, "write", path) }
    var answer: [UInt8] = []
    while answer.count < answerLimit {
      var ready = pollfd(fd: connection.number, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, patienceMilliseconds) > 0 else { throw SystemError(ETIMEDOUT, "poll", path) }
      guard let bytes = try connection.read(limit: 65_536) else { continue }
      if bytes.isEmpty { return answer }
      answer += bytes
    }
    throw SystemError(EMSGSIZE, "read", path)
  }
}
