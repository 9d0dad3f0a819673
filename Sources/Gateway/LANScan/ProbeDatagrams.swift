import Addresses
import Identify
import LinuxIO

/// The UDP sockets of a scan: one for each device, one for each port that answers must come to, and one
/// for questions to groups.
final class ProbeDatagrams {
  /// A datagram is looked at up to this length; answers of discovery protocols stay below.
  private static let datagramLimit = 8192
  /// Datagrams read in one turn; a device that floods leaves the rest in the kernel's buffer.
  private static let turnLimit = 32

  private struct Open {
    let socket: UDPSocket
    let token: EventLoop.Token?
    var answers: LinkAnswers?
  }

  /// What a socket is for.
  private enum Purpose: Hashable {
    case device(IPAddress)
    case answers(UInt16, UDPSocket.Version)
    case groups(UDPSocket.Version)

    var version: UDPSocket.Version {
      switch self {
      case .device(let address): address.version
      case .answers(_, let version), .groups(let version): version
      }
    }
  }

  private let interface: NetworkInterface
  private let loop: EventLoop
  private let handler: ([UInt8], Endpoint, MACAddress?) -> Void
  private var sockets: [Purpose: Open] = [:]

  /// `handler` is told each answer with its sender, and with the sender's hardware address where more than one could
  /// have answered.
  init(
    interface: NetworkInterface, loop: EventLoop, handler: @escaping ([UInt8], Endpoint, MACAddress?) -> Void
  ) {
    self.interface = interface
    self.loop = loop
    self.handler = handler
  }

  /// Asks one device; what the kernel does not take now is asked again when it stays unanswered.
  func send(_ probe: DatagramProbe, to device: IPAddress, from own: IPAddress) {
    let answers = probe.answerPort.flatMap { socket(for: .answers($0, device.version), port: $0) }
    // Where a service of this machine holds the port, most devices answer the asking port all the same.
    guard let socket = answers ?? socket(for: .device(device)) else { return }
    try? socket.send(probe.request((own, socket.localPort)), to: Endpoint(device, probe.port))
  }

  /// Asks everybody in one of the groups of a probe.
  func send(_ probe: DatagramProbe, toGroup group: IPAddress, from own: IPAddress) {
    guard let socket = socket(for: .groups(group.version)) else { return }
    try? socket.send(probe.request((own, socket.localPort)), to: Endpoint(group, probe.port))
  }

  /// Forgets a device that has nothing more to be asked.
  func close(_ device: IPAddress) {
    if let open = sockets.removeValue(forKey: .device(device)) { loop.cancel(open.token) }
  }

  func closeAll() {
    for open in sockets.values {
      loop.cancel(open.token)
      open.answers?.close()
    }
    sockets = [:]
  }

  private func socket(for purpose: Purpose, port: UInt16 = 0) -> UDPSocket? {
    if let open = sockets[purpose] { return open.socket }
    guard
      let socket = try? UDPSocket(interface: interface.name, port: port, version: purpose.version)
    else { return nil }
    guard case .device(let device) = purpose else {
      // The socket keeps the port; its own copy of the answers is not read.
      let answers = try? LinkAnswers(
        to: socket.localPort, version: purpose.version, on: interface, loop: loop
      ) { [weak self] in
        self?.handler($0.bytes, $0.sender, $0.hardware)
      }
      sockets[purpose] = Open(socket: socket, token: nil, answers: answers)
      return socket
    }
    let token = loop.watch(socket.descriptor, for: .read) { [weak self] _ in
      for _ in 0..<Self.turnLimit {
        guard let self, let (bytes, sender) = socket.receive(limit: Self.datagramLimit) else { return }
        // What was asked of one is answered by no other.
        if sender.address == device { handler(bytes, sender, nil) }
      }
    }
    sockets[purpose] = Open(socket: socket, token: token)
    return socket
  }
}

extension IPAddress {
  fileprivate var version: UDPSocket.Version { isVersion4 ? .v4 : .v6 }
}
