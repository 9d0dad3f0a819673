import Addresses
import Foundation

/// One try at one service of one persona: a socket, what was received, and until when it may take.
struct ReadinessAttempt {
  enum Progress { case waiting, answered, failed }

  let socket: Int32
  let service: PersonaService
  /// Who has to answer.
  let owner: in_addr_t
  let deadline: ContinuousClock.Instant
  private var isConnected = false
  private var received: [UInt8] = []

  /// Opens the socket in the calling thread's namespace; `nil` when the kernel refuses.
  init?(
    _ service: PersonaService, at address: IPv4Address, from source: IPv4Address, now: ContinuousClock.Instant
  ) {
    self.service = service
    owner = address.bits.bigEndian
    let isTCP = service.port.transport == .tcp
    deadline = now + (isTCP ? .seconds(3) : .milliseconds(500))
    let type = isTCP ? SOCK_STREAM : SOCK_DGRAM
    socket = Foundation.socket(
      AF_INET, Int32(type.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return nil }
    // A datagram socket is not connected: TFTP answers from a port of its own.
    let code = isTCP ? connect() : sendDatagram(from: source)
    guard code >= 0 || errno == EINPROGRESS else {
      close(socket)
      return nil
    }
  }

  /// The events to wait for next.
  var events: Int16 {
    service.port.transport == .tcp && !isConnected ? Int16(POLLOUT) : Int16(POLLIN)
  }

  /// Goes on after `poll` reported the socket.
  mutating func advance() -> Progress {
    if service.port.transport == .tcp, !isConnected {
      var code: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      guard getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size) == 0, code == 0 else { return .failed }
      isConnected = true
      if case .accepted = service.probe.expectation { return .answered }
      let request = service.probe.request
      return request.isEmpty || send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count
        ? .waiting : .failed
    }
    var buffer = [UInt8](repeating: 0, count: 4096)
    var sender = sockaddr_in()
    let count = withUnsafeMutablePointer(to: &sender) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return recvfrom(socket, &buffer, buffer.count, 0, $0, &size)
      }
    }
    if count < 0 { return errno == EAGAIN || errno == EINTR ? .waiting : .failed }
    if service.probe.group != nil, sender.sin_addr.s_addr != owner { return .waiting }
    received.append(contentsOf: buffer[..<count])
    if service.probe.isAnswered(by: received) { return .answered }
    return count == 0 || received.count > 65536 ? .failed : .waiting
  }

  private func connect() -> Int32 {
    withTarget(owner) { Foundation.connect(socket, $0, $1) }
  }

  private func sendDatagram(from source: IPv4Address) -> Int32 {
    let request = service.probe.request
    if service.probe.group != nil {
      var interface = in_addr(s_addr: source.bits.bigEndian)
      setsockopt(
        socket, Int32(IPPROTO_IP), IP_MULTICAST_IF, &interface, socklen_t(MemoryLayout<in_addr>.size))
    }
    return withTarget(service.probe.group?.bits.bigEndian ?? owner) {
      Int32(sendto(socket, request, request.count, 0, $0, $1))
    }
  }

  private func withTarget(
    _ address: in_addr_t, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_port = service.port.number.bigEndian
    target.sin_addr.s_addr = address
    return withUnsafePointer(to: &target) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
