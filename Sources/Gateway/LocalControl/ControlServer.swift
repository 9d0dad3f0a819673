import CLinux
import Glibc
package import LinuxIO

/// Answers requests of the local command line over a Unix socket, on the agent's loop.
///
/// A request is one line, the answer one document, then the connection is closed.
package final class ControlServer {
  /// A line longer than this is no request of ours.
  private static let requestLimit = 4096
  /// Connections at the same time; further ones wait in the kernel's queue.
  private static let connectionLimit = 8
  private static let patience: Duration = .seconds(5)

  private let loop: EventLoop
  private let listener: Descriptor
  private let path: String
  private var token: EventLoop.Token?
  private var connections: [CInt: Connection] = [:]
  private let answer: (Request) -> [UInt8]

  private struct Connection {
    let descriptor: Descriptor
    var received: [UInt8] = []
    var unsent: ArraySlice<UInt8> = []
    var watch: EventLoop.Token?
    var timer: EventLoop.Token?
  }

  /// Listens at `path`; whoever may write to the socket file may ask.
  package init(
    path: String, on loop: EventLoop, answer: @escaping (Request) -> [UInt8]
  ) throws(SystemError) {
    self.path = path
    self.loop = loop
    self.answer = answer
    listener = try UnixSocket.listen(path)
    token = loop.watch(listener, for: .read) { [weak self] _ in self?.accept() }
  }

  /// Stops listening and removes the socket file.
  package func close() {
    loop.cancel(token)
    for number in connections.keys { end(number) }
    unlink(path)
  }

  private func accept() {
    guard let descriptor = UnixSocket.accept(listener) else { return }
    let number = descriptor.number
    var connection = Connection(descriptor: descriptor)
    connection.watch = loop.watch(descriptor, for: .read) { [weak self] ready in self?.serve(number, ready) }
    connection.timer = loop.after(Self.patience) { [weak self] in self?.end(number) }
    connections[number] = connection
    // Who comes now waits in the kernel's queue, without waking the loop.
    if connections.count >= Self.connectionLimit, let token { loop.change(token, to: []) }
  }

  private func serve(_ number: CInt, _ ready: EventLoop.Interest) {
    guard var connection = connections[number] else { return }
    if ready.contains(.write) { return flush(number) }
    guard let bytes = try? connection.descriptor.read(limit: Self.requestLimit), !bytes.isEmpty else {
      return end(number)
    }
    connection.received += bytes
    guard let newline = connection.received.firstIndex(of: 0x0a) else {
      connections[number] = connection
      if connection.received.count > Self.requestLimit { end(number) }
      return
    }
    guard let request = Request(line: connection.received[..<newline]) else { return end(number) }
    connection.unsent = answer(request)[...]
    connections[number] = connection
    flush(number)
  }

  private func flush(_ number: CInt) {
    guard let connection = connections[number] else { return }
    let count = (try? connection.descriptor.write(connection.unsent)) ?? connection.unsent.count
    connections[number]?.unsent = connection.unsent.dropFirst(count)
    guard let watch = connection.watch, connections[number]?.unsent.isEmpty == false else {
      return end(number)
    }
    loop.change(watch, to: .write)
  }

  private func end(_ number: CInt) {
    guard let connection = connections.removeValue(forKey: number) else { return }
    loop.cancel(connection.watch)
    loop.cancel(connection.timer)
    if let token { loop.change(token, to: .read) }
  }
}
