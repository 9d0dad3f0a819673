package import Addresses
package import HTTPMessages
package import LinuxIO

/// Listens for browsers of one LAN, one request a connection, on the agent's loop.
///
/// Everything that somebody can cause has a bound: bytes, time, connections of one address and in all. Where there are too
/// many, the oldest goes: who holds connections open keeps nobody out.
package final class PageServer {
  package static let connectionLimit = 16
  package static let addressLimit = 4
  /// For a request, its answer and the goodbye.
  package static let patience: Duration = .seconds(10)
  /// Bytes that are read after the request, so that the answer is not lost with them.
  private static let drainLimit = 65_536

  private final class Visit {
    let descriptor: Descriptor
    let peer: IPv4Address
    var reader = HTTPReader(bodyLimit: PageRequest.bodyLimit)
    var unsent: ArraySlice<UInt8> = []
    var isAnswered = false
    var drained = 0
    var watch: EventLoop.Token?
    var timer: EventLoop.Token?

    init(_ descriptor: Descriptor, _ peer: IPv4Address) {
      self.descriptor = descriptor
      self.peer = peer
    }
  }

  package let place: Endpoint
  private let listener: Descriptor
  private let network: IPv4Network
  private let loop: EventLoop
  private let answer: (HTTPMessage, IPv4Address) -> PageReply
  private var door: EventLoop.Token?
  private var visits: [UInt64: Visit] = [:]
  private var last: UInt64 = 0

  /// Listens at an address of an interface for the network that is attached to it; port 0 lets the kernel choose.
  package init(
    at address: NetworkInterface.Attachment, port: UInt16, interface: String, on loop: EventLoop,
    answer: @escaping (HTTPMessage, IPv4Address) -> PageReply
  ) throws(SystemError) {
    let wanted = Endpoint(.v4(address.address), port)
    listener = try TCPStream.listen(on: wanted, interface: interface)
    place = TCPStream.localEndpoint(of: listener) ?? wanted
    network = address.network
    self.loop = loop
    self.answer = answer
    door = loop.watch(listener, for: .read) { [weak self] _ in self?.accept() }
  }

  package func close() {
    loop.cancel(door)
    for number in visits.keys { end(number) }
  }

  private func accept() {
    guard let (descriptor, peer) = TCPStream.accept(listener), case .v4(let address) = peer.address,
      network.contains(address), visits.values.count(where: { $0.peer == address }) < Self.addressLimit
    else { return }
    if visits.count >= Self.connectionLimit, let oldest = visits.keys.min() { end(oldest) }
    last += 1
    let number = last
    let visit = Visit(descriptor, address)
    visits[number] = visit
    visit.watch = loop.watch(descriptor, for: .read) { [weak self] in self?.serve(number, $0) }
    visit.timer = loop.after(Self.patience) { [weak self] in self?.end(number) }
  }

  private func serve(_ number: UInt64, _ ready: EventLoop.Interest) {
    guard let visit = visits[number] else { return }
    if ready.contains(.read) {
      guard let bytes = try? visit.descriptor.read(limit: 16_384), !bytes.isEmpty else { return end(number) }
      if visit.isAnswered {
        visit.drained += bytes.count
        if visit.drained > Self.drainLimit { return end(number) }
      } else {
        take(bytes, visit)
      }
    }
    flush(number, visit)
  }

  private func take(_ bytes: [UInt8], _ visit: Visit) {
    let reply: PageReply
    switch visit.reader.take(bytes) {
    case .needsMore: return
    case .fault(.malformed): reply = PageReply(400, "")
    case .fault(.tooLarge): reply = PageReply(413, "")
    case .message(let message): reply = answer(message, visit.peer)
    }
    visit.isAnswered = true
    visit.unsent = reply.bytes[...]
  }

  private func flush(_ number: UInt64, _ visit: Visit) {
    guard visit.isAnswered, let watch = visit.watch else { return }
    if !visit.unsent.isEmpty {
      guard let count = try? visit.descriptor.write(visit.unsent) else { return end(number) }
      visit.unsent = visit.unsent.dropFirst(count)
      // Closed at once, with bytes of the browser unread, the kernel would reset the connection and lose the answer.
      if visit.unsent.isEmpty { TCPStream.finishWriting(visit.descriptor) }
    }
    loop.change(watch, to: visit.unsent.isEmpty ? .read : [.read, .write])
  }

  private func end(_ number: UInt64) {
    guard let visit = visits.removeValue(forKey: number) else { return }
    loop.cancel(visit.watch)
    loop.cancel(visit.timer)
  }
}
