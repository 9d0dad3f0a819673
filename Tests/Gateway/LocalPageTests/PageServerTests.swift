import Addresses
import BrokerFixture
import HTTPMessages
import LinuxIO
import LocalPage
import Testing

/// Nobody keeps others from the page, and nobody brings the agent down with it.
@Suite struct PageServerTests {
  private let loop = EventLoop()

  private func server(_ answer: @escaping (HTTPMessage, IPv4Address) -> PageReply) throws -> PageServer {
    let lo = try #require(try NetworkInterface.named("lo"))
    return try PageServer(
      at: try #require(lo.addresses.first), port: 0, interface: "lo", on: loop, answer: answer)
  }

  /// What a client that sends this is answered; runs the loop until the server has ended the connection.
  private func answer(to bytes: [UInt8], at place: Endpoint) throws -> String {
    let client = Client(try TCPStream.connect(to: place), bytes)
    client.begin(on: loop) { loop.stop() }
    try loop.run()
    return String(decoding: client.received, as: UTF8.self)
  }

  private final class Client {
    let descriptor: Descriptor
    var unsent: ArraySlice<UInt8>
    var received: [UInt8] = []
    var watch: EventLoop.Token?

    init(_ descriptor: Descriptor, _ bytes: [UInt8]) {
      self.descriptor = descriptor
      unsent = bytes[...]
    }

    func begin(on loop: EventLoop, ended: @escaping () -> Void) {
      watch = loop.watch(descriptor, for: [.read, .write]) { [self] ready in
        if ready.contains(.write) {
          unsent = unsent.dropFirst((try? descriptor.write(unsent)) ?? unsent.count)
          if unsent.isEmpty, let watch { loop.change(watch, to: .read) }
        }
        guard ready.contains(.read) else { return }
        let bytes = try? descriptor.read(limit: 4096)
        if let bytes, !bytes.isEmpty { return received += bytes }
        loop.cancel(watch)
        ended()
      }
    }
  }

  private let request = Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)

  @Test(.timeLimit(.minutes(1))) func `one request is answered, and what follows it is passed over`() throws {
    var asked: [String] = []
    let server = try server { message, _ in
      asked.append(message.start)
      return PageReply(200, "hello")
    }
    let text = try answer(to: request + request + [UInt8](repeating: 0x41, count: 9000), at: server.place)
    #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.hasSuffix("hello"))
    #expect(asked == ["GET / HTTP/1.1"])
    server.close()
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      ("GET / HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 4000) + "\r\n", "413"),
      ("POST /pair HTTP/1.1\r\nHost: x\r\nContent-Length: 1025\r\n\r\n", "413"),
      ("POST /pair HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", "413"),
      ("POST /pair HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "400"),
      ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"),
      ("\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\r\n\r\n", "400"),
    ])
  func `what is too large or no HTTP is refused and asks nobody`(text: String, status: String) throws {
    let server = try server { _, _ in
      Issue.record("asked")
      return PageReply(200, "")
    }
    let answer = try answer(to: Array(text.utf8), at: server.place)
    #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(60))")
    server.close()
  }

  /// More connections than an address may have, none of which ever says a whole request.
  @Test(.timeLimit(.minutes(1))) func `one address has four connections, and gets no more`() throws {
    let server = try server { _, _ in PageReply(200, "hello") }
    var clients: [Client] = []
    var ended = 0
    for _ in 0..<12 {
      let client = Client(try TCPStream.connect(to: server.place), Array("GET / HTTP/1.1\r\n".utf8))
      client.begin(on: loop) {
        ended += 1
        if ended == 8 { loop.stop() }
      }
      clients.append(client)
    }
    try loop.run()
    #expect(ended == 8 && clients.allSatisfy { $0.received.isEmpty })
    // The four are ended too, when their time is over: nobody holds a connection for ever.
    ended = 4
    try loop.run()
    #expect(ended == 8)
    #expect(try answer(to: request, at: server.place).hasSuffix("hello"))
    server.close()
  }
}
