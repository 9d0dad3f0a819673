package import Addresses
import Glibc
import LinuxIO
import Posture

/// A new connection that is being tried, to one address of what it is for.
struct Attempt {
  /// The root's servers are asked for, since any answer will do.
  private static let question: [UInt8] = [0x4b, 0x44, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1]

  let subject: ClosingCheck.Subject
  private let socket: Descriptor
  private let endpoint: Endpoint

  /// Begins to connect; `nil` where that fails at once.
  init?(_ subject: ClosingCheck.Subject, _ endpoint: Endpoint) {
    guard let socket = try? TCPStream.connect(to: endpoint) else { return nil }
    (self.subject, self.socket, self.endpoint) = (subject, socket, endpoint)
  }

  /// Asks a name server.
  init?(nameServer: Endpoint) {
    guard let socket = try? UDPStream.connect(to: nameServer), (try? socket.write(Self.question)) != nil
    else {
      return nil
    }
    (subject, self.socket, endpoint) = (.dns, socket, nameServer)
  }

  /// Waits until some are ready, takes these out, and says what became of each.
  static func wait(
    for attempts: inout [Attempt], milliseconds: CInt
  ) -> [(subject: ClosingCheck.Subject, isReached: Bool)] {
    var polled = attempts.map {
      pollfd(fd: $0.socket.number, events: Int16($0.subject == .dns ? POLLIN : POLLOUT), revents: 0)
    }
    poll(&polled, nfds_t(polled.count), milliseconds)
    let ended = zip(attempts, polled).filter { $0.1.revents != 0 }.map(\.0)
    attempts.removeAll { attempt in ended.contains { $0.socket === attempt.socket } }
    return ended.map { ($0.subject, $0.isAnswered) }
  }

  private var isAnswered: Bool {
    guard subject == .dns else { return TCPStream.problem(of: socket, to: endpoint) == nil }
    // An answer has the question's number and the bit that says so (RFC 1035, section 4.1.1).
    guard let answer = (try? socket.read(limit: 512)) ?? nil, answer.count >= 12 else { return false }
    return answer.starts(with: Self.question[..<2]) && answer[2] & 0x80 != 0
  }
}

/// The router over which the default route goes, as far as the link knows it.
package struct Router {
  private let interface: NetworkInterface
  package let address: IPAddress

  /// Has the link look for it; `nil` where there is no such router on a link that could be asked.
  ///
  /// A datagram to its discard port makes the kernel look it up.
  package init?() {
    let routes = (try? Files.read("/proc/net/route", limit: 1 << 20)) ?? []
    guard let (name, next) = Verification.nextHop(routes), let interface = try? NetworkInterface.named(name),
      interface.isEthernet
    else { return nil }
    (self.interface, address) = (interface, .v4(next))
    let prompt = try? UDPStream.connect(to: Endpoint(address, 9))
    _ = try? prompt?.write([0])
  }

  /// Whether the link has found it.
  package var isReached: Bool {
    ((try? Neighbour.table(of: interface)) ?? []).contains { $0.address == address }
  }
}
