import Addresses
import Cryptography
import LinuxIO

/// One connection to an open port, with TLS on demand; turns readiness into events.
final class LookConnection {
  enum Event {
    case opened
    case refused
    case received([UInt8])
    case secured(TLSFacts?)
    case closed
  }

  /// The most read in one turn: nobody who sends without end keeps the loop.
  private static let turnLimit = 8192

  private let socket: Descriptor
  private let peer: Endpoint
  private let loop: EventLoop
  private var token: EventLoop.Token?
  private var isOpen = false
  private var tls: TLSProbe?
  private var isSecured = false
  private var unsent: ArraySlice<UInt8> = []
  private let handler: (Event) -> Void

  init(
    to peer: Endpoint, interface: String, loop: EventLoop, handler: @escaping (Event) -> Void
  ) throws(SystemError) {
    socket = try TCPStream.connect(to: peer, interface: interface)
    self.peer = peer
    self.loop = loop
    self.handler = handler
    token = loop.watch(socket, for: .write) { [weak self] ready in self?.serve(ready) }
  }

  func send(_ bytes: [UInt8]) { write(isSecured ? tls?.encrypt(bytes) ?? [] : bytes) }

  func secure() {
    guard let probe = try? TLSProbe() else { return }
    tls = probe
    write(probe.receive([]).toSend)
  }

  func close() {
    loop.cancel(token)
    token = nil
  }

  private func write(_ bytes: [UInt8]) {
    unsent += bytes
    flush()
  }

  private func flush() {
    guard let token else { return }
    // A failed write shows as a closed connection at the next read.
    if !unsent.isEmpty { unsent = unsent.dropFirst((try? socket.write(unsent)) ?? unsent.count) }
    loop.change(token, to: unsent.isEmpty ? .read : [.read, .write])
  }

  private func serve(_ ready: EventLoop.Interest) {
    guard isOpen else {
      if TCPStream.problem(of: socket, to: peer) != nil {
        close()
        return handler(.refused)
      }
      isOpen = true
      if let token { loop.change(token, to: .read) }
      return handler(.opened)
    }
    if ready.contains(.write) { flush() }
    if ready.contains(.read) { read() }
  }

  private func read() {
    let bytes: [UInt8]
    do throws(SystemError) {
      guard let some = try socket.read(limit: Self.turnLimit) else { return }
      bytes = some
    } catch {
      return end()
    }
    if bytes.isEmpty { return end() }
    guard let tls else { return handler(.received(bytes)) }
    let outcome = tls.receive(bytes)
    write(outcome.toSend)
    if outcome.isSecured, !isSecured {
      isSecured = true
      handler(.secured(tls.facts))
    }
    if !outcome.plaintext.isEmpty { handler(.received(outcome.plaintext)) }
    if outcome.isClosed { end() }
  }

  private func end() {
    guard token != nil else { return }
    close()
    handler(.closed)
  }
}
