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
    let token: EventLoop.Token
  }

  private let interface: String
  private let loop: EventLoop
  private let handler: ([UInt8], Endpoint) -> Void
  private var byDevice: [IPv4Address: Open] = [:]
  private var byPort: [UInt16: Open] = [:]
  private var forGroups: Open?

  init(interface: String, loop: EventLoop, handler: @escaping ([UInt8], Endpoint) -> Void) {
    self.interface = interface
    self.loop = loop
    self.handler = handler
  }

  /// Asks one device; what the kernel does not take now is asked again when it stays unanswered.
  func send(_ probe: DatagramProbe, to device: IPv4Address, from own: IPv4Address) {
    if let port = probe.answerPort, byPort[port] == nil { byPort[port] = open(port: port) }
    if byDevice[device] == nil { byDevice[device] = open(port: 0) }
    // Where a service of this machine holds the port, most devices answer the asking port all the same.
    guard let socket = (probe.answerPort.flatMap { byPort[$0] } ?? byDevice[device])?.socket else { return }
    try? socket.send(probe.request((own, socket.localPort)), to: Endpoint(device, probe.port))
  }

  /// Asks everybody in the group of a probe.
  func send(_ probe: DatagramProbe, toGroup group: IPv4Address, from own: IPv4Address) {
    if forGroups == nil { forGroups = open(port: 0) }
    guard let socket = forGroups?.socket else { return }
    try? socket.send(probe.request((own, socket.localPort)), to: Endpoint(group, probe.port))
  }

  /// Forgets a device that has nothing more to be asked.
  func close(_ device: IPv4Address) {
    if let open = byDevice.removeValue(forKey: device) { loop.cancel(open.token) }
  }

  func closeAll() {
    for open in Array(byDevice.values) + Array(byPort.values) + [forGroups].compactMap(\.self) {
      loop.cancel(open.token)
    }
    byDevice = [:]
    byPort = [:]
    forGroups = nil
  }

  private func open(port: UInt16) -> Open? {
    guard let socket = try? UDPSocket(interface: interface, port: port) else { return nil }
    let token = loop.watch(socket.descriptor, for: .read) { [weak self] _ in
      for _ in 0..<Self.turnLimit {
        guard let self, let (bytes, sender) = socket.receive(limit: Self.datagramLimit) else { return }
        handler(bytes, sender)
      }
    }
    return Open(socket: socket, token: token)
  }
}
