package import Addresses
import Glibc
import HTTPMessages
package import LinuxIO

/// Fetches the mappings of another gateway; blocks for ``patience`` at most, so it is for a command line alone.
package enum MappingQuestion {
  /// For one exchange.
  package static let patience: Duration = .seconds(5)
  /// For all entries together.
  private static let wholePatience: Duration = .seconds(30)

  /// Why they could not be had.
  package enum Fault: Error, Hashable, Sendable {
    case system(SystemError)
    case noAnswer
    case notHTTP
    case noService
    /// The error code of the service.
    case refused(Int)
  }

  /// Asks the gateway at `host`, whose description is at `path`.
  package static func mappings(of host: Endpoint, description path: String) throws(Fault) -> [Mapping] {
    let description = try exchange(PortMappingService.descriptionRequest(path, to: host), host)
    guard let service = PortMappingService(description: description, of: host) else { throw .noService }
    var found: [Mapping] = []
    let end = Clocks.sinceBoot + wholePatience
    for index in 0..<Mapping.limit {
      guard Clocks.sinceBoot < end else { throw .noAnswer }
      switch PortMappingService.answer(try exchange(service.request(entry: index, to: host), host)) {
      case .mapping(let mapping): found.append(mapping)
      case .nothing: break
      // 713: no such index. Some say "invalid arguments" (402) for the same.
      case .end(let error):
        guard index > 0 || error == 713 || error == 402 else { throw .refused(error) }
        return found
      }
    }
    return found
  }

  /// Asks a gateway to forget the mapping of a port; throws ``Fault/refused(_:)`` with its error code where it does not.
  package static func delete(
    _ port: Port, of host: Endpoint, description path: String
  ) throws(Fault) {
    let description = try exchange(PortMappingService.descriptionRequest(path, to: host), host)
    guard let service = PortMappingService(description: description, of: host) else { throw .noService }
    if let code = PortMappingService.refusal(try exchange(service.request(deleting: port, to: host), host)) {
      throw .refused(code)
    }
  }

  private static func exchange(_ request: [UInt8], _ host: Endpoint) throws(Fault) -> [UInt8] {
    let end = Clocks.sinceBoot + patience
    do throws(SystemError) {
      let connection = try TCPStream.connect(to: host)
      try wait(connection, POLLOUT, end)
      if let problem = TCPStream.problem(of: connection, to: host) { throw problem }
      var rest = request[...]
      while !rest.isEmpty {
        try wait(connection, POLLOUT, end)
        rest = rest.dropFirst(try connection.write(rest))
      }
      var reader = HTTPReader()
      while true {
        try wait(connection, POLLIN, end)
        guard let bytes = try connection.read(limit: 16_384) else { continue }
        switch reader.take(bytes) {
        case .message(let message): return message.body
        case .fault: throw SystemError(EPROTO, "HTTP", "\(host)")
        case .needsMore: if bytes.isEmpty { throw SystemError(EPROTO, "HTTP", "\(host)") }
        }
      }
    } catch {
      throw error.code == EPROTO ? .notHTTP : error.code == ETIMEDOUT ? .noAnswer : .system(error)
    }
  }

  private static func wait(_ descriptor: Descriptor, _ events: CInt, _ end: Duration) throws(SystemError) {
    var polled = pollfd(fd: descriptor.number, events: Int16(events), revents: 0)
    let rest = max(0, (end - Clocks.sinceBoot).milliseconds)
    let count = try system("poll", "connection") { poll(&polled, 1, CInt(clamping: rest)) }
    if count == 0 { throw SystemError(ETIMEDOUT, "poll", "connection") }
  }
}
