import BrokerFixture
import Foundation
import SiteFixture
import Testing

/// A provider whose broker speaks MQTT 3.1.1 alone.
///
/// Mocked, because Debian's only broker speaks both, and cannot be told to forget one.
@Suite(.serialized, .timeLimit(.minutes(1))) struct OldBrokerTests {
  /// Refuses CONNECT of MQTT 5 as MQTT 3.1.1, section 3.1.2.2, asks for; prints every topic that is published to.
  private static let mock = """
    import socketserver, sys
    def exactly(peer, count):
        data = b""
        while len(data) < count:
            more = peer.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data
    def packet(peer):
        kind, length, shift = exactly(peer, 1)[0], 0, 0
        while True:
            byte = exactly(peer, 1)[0]
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return kind, exactly(peer, length)
    class Session(socketserver.BaseRequestHandler):
        def handle(self):
            try:
                kind, body = packet(self.request)
                print("CONNECT", body[6], flush=True)
                if body[6] != 4:
                    return self.request.sendall(bytes([0x20, 2, 0, 1]))
                self.request.sendall(bytes([0x20, 2, 0, 0]))
                while True:
                    kind, body = packet(self.request)
                    if kind >> 4 == 8:
                        self.request.sendall(bytes([0x90, 3]) + body[:2] + bytes([1]))
                    elif kind >> 4 == 3:
                        end = 2 + int.from_bytes(body[:2], "big")
                        print(body[2:end].decode(), body[end + 2:].decode(), flush=True)
                        self.request.sendall(bytes([0x40, 2]) + body[end:end + 2])
                    elif kind >> 4 == 12:
                        self.request.sendall(bytes([0xd0, 0]))
            except (EOFError, ConnectionError):
                pass
    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True
    Server(("127.0.0.1", int(sys.argv[1])), Session).serve_forever()
    """

  @Test func `an agent reports to a mocked broker that knows no MQTT 5`() throws {
    let directory = try TemporaryDirectory()
    let port = try freePort()
    let broker = try ChildProgram("python3", ["-c", Self.mock, "\(port)"], output: directory.path + "/heard")
    defer { broker.kill(SIGTERM) }
    try waitForListener(on: port)
    let config = try directory.write("kadomori.yaml", "broker: {host: 127.0.0.1, port: \(port)}\n")
    let agent = try ChildProgram(
      Site.program("kadomori"),
      [
        "run", "--config", config, "--state", directory.path + "/state", "--runtime", directory.path + "/run",
      ],
      output: directory.path + "/agent.log")
    defer { agent.kill(SIGKILL) }
    func hears(_ text: String) -> Bool {
      for _ in 0..<400 where !directory.read("heard").contains(text) { usleep(50_000) }
      return directory.read("heard").contains(text)
    }
    #expect(hears("/status {") && hears("\"online\":true"), "\(directory.read("agent.log"))")
    #expect(directory.read("heard").contains("CONNECT 5\nCONNECT 4\n"))
    #expect(directory.read("agent.log").contains("which speaks MQTT 3.1.1 only"))
    agent.kill(SIGTERM)
    #expect(hears("\"cause\":\"stop\""))
  }
}
