import Addresses
import BrokerFixture
import Cryptography
import Foundation
import LinuxIO
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import Web

/// The server with real sockets, and a client that is no HTTP library.
@Suite(.serialized, .timeLimit(.minutes(2))) struct WebServerTests {
  /// A server of the test's, and what it saw.
  private final class Hall: Sendable {
    let server: WebServer
    let group: ServiceGroup
    /// A word for each stream that ended, and for the question that is held.
    let seen: AsyncStream<String>
    let see: AsyncStream<String>.Continuation
    let release: AsyncStream<Void>.Continuation

    init(_ front: WebServer.Front = .plain, at place: WebServer.Place? = nil) throws {
      let (seen, see) = AsyncStream<String>.makeStream()
      let (released, release) = AsyncStream<Void>.makeStream()
      (self.seen, self.see, self.release) = (seen, see, release)
      var limits = WebServer.Limits()
      (limits.connections, limits.fromOneAddress) = (6, 4)
      (limits.patience, limits.farewell) = (.seconds(1), .milliseconds(500))
      let loopback = Endpoint(try #require(IPAddress("127.0.0.1")), 0)
      server = try WebServer(on: place ?? .address(loopback), front: front, limits: limits) { request in
        switch request.path {
        case "/fields":
          var reply = WebReply(200, "text/plain", "")
          reply.set("X-Text", "a\r\nSet-Cookie: b=c")
          return reply
        case "/big":
          return WebReply(200, body: .bytes([UInt8](repeating: 0x78, count: 5_000_000)))
        case "/held":
          see.yield("held")
          for await _ in released { break }
          // More than the kernel takes at once.
          return WebReply(200, body: .bytes([UInt8](repeating: 0x78, count: 20_000_000)))
        case "/calm":
          return WebReply(
            200,
            body: .stream { stream in
              _ = await stream.send("one")
              try? await Task.sleep(for: .seconds(3600))
              see.yield("calm ended")
            })
        case "/endless":
          return WebReply(
            200,
            body: .stream { stream in
              while await stream.send(String(repeating: "x", count: 10_000)) {}
              see.yield("endless ended")
            })
        default:
          let (parts, body) = (request.parts.joined(separator: " | "), request.body.count)
          let told = "\(request.method) \(parts) \(request.query) \(body) from \(request.source)"
          return WebReply(200, "text/plain", told + (request.isSecure ? ", secure" : ""))
        }
      }
      group = ServiceGroup(services: [server], logger: Logger(label: "test"))
    }

    var place: String {
      switch server.place {
      case .address(let address): "\(address.port)"
      case .file(let path): path
      }
    }

    /// Serves while `body` goes on.
    func whileServing(_ body: () async throws -> Void) async throws {
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await self.group.run() }
        try await body()
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
      }
    }
  }

  private static let script = URL(filePath: #filePath).deletingLastPathComponent().path + "/client.py"

  /// What the client saw.
  private func lines(of act: String, at hall: Hall, _ more: String...) async throws -> [String] {
    let arguments = [Self.script, hall.place, act] + more
    // On a thread of its own: the server's task may have none but this one to begin on.
    let (status, text) = try await withCheckedThrowingContinuation { done in
      Thread.detachNewThread {
        done.resume(with: Result { try run("python3", arguments, in: TemporaryDirectory()) })
      }
    }
    #expect(status == 0, "\(text)")
    return text.split(separator: "\n").map(String.init)
  }

  private func lines(of act: String, _ front: WebServer.Front = .plain) async throws -> [String] {
    let hall = try Hall(front)
    var lines: [String] = []
    try await hall.whileServing { lines = try await self.lines(of: act, at: hall) }
    return lines
  }

  @Test func `requests on one connection are answered in their order`() async throws {
    #expect(
      try await lines(of: "pipelined") == [
        "200 POST a [:] 2 from 127.0.0.1", "200 GET b/c [\"d\": \"e\"] 0 from 127.0.0.1", "200 ",
        "200 GET e [:] 0 from 127.0.0.1", "ended",
      ])
  }

  @Test func `what is too large is refused, and the refusal arrives`() async throws {
    #expect(try await lines(of: "large") == ["413 too large", "ended", "413 too large", "ended", "400"])
  }

  @Test func `what is no request is refused`() async throws {
    #expect(try await lines(of: "wrong") == Array(repeating: "400", count: 6))
  }

  @Test(arguments: ["slow-head", "slow-body"])
  func `a request that does not end is not waited for`(act: String) async throws {
    #expect(try await lines(of: act) == ["ended"])
  }

  @Test func `a connection that is not used is closed`() async throws {
    #expect(try await lines(of: "idle") == ["200 GET a [:] 0 from 127.0.0.1", "ended"])
  }

  @Test func `what asks for another protocol is answered in this one, and what follows is not taken`()
    async throws
  {
    let seen = try await lines(of: "upgrade")
    #expect(seen == ["200 close", "taken little", "400 close", "taken little"])
  }

  @Test func `nothing behind a refusal is carried out`() async throws {
    let hall = try Hall()
    try await hall.whileServing {
      let seen = try await lines(of: "behind", at: hall)
      #expect(seen == ["400 not a request", "ended"])
    }
    hall.see.finish()
    for await word in hall.seen { Issue.record("\(word) behind a refusal") }
  }

  @Test func `who says that it is the last request is answered with an end`() async throws {
    let answer = "200 GET a [:] 0 from 127.0.0.1"
    #expect(try await lines(of: "close") == [answer, "ended", answer, "ended"])
  }

  @Test func `HEAD of a stream ends it, and the next answer is whole`() async throws {
    let hall = try Hall()
    try await hall.whileServing {
      let seen = try await lines(of: "head", at: hall)
      #expect(seen == ["200", "200 GET a [:] 0 from 127.0.0.1"])
      for await word in hall.seen where word == "endless ended" { break }
    }
  }

  @Test func `one address has so many connections`() async throws {
    let good = "200 GET a [:] 0 from 127.0.0.1"
    #expect(try await lines(of: "many") == [good, good, good, good, "ended", good, "ended", good])
  }

  @Test func `who comes when the hall is full waits`() async throws {
    let good = "200 GET a [:] 0 from 127.0.0.1, secure"
    #expect(
      try await lines(of: "full", .proxy) == Array(repeating: good, count: 6) + [
        "waits", "200 GET late [:] 0 from 127.0.0.1, secure",
      ])
  }

  @Test func `behind a proxy its own entry counts`() async throws {
    #expect(
      try await lines(of: "proxied", .proxy) == [
        "200 GET a [:] 0 from 198.51.100.7, secure", "200 GET a [:] 0 from 127.0.0.1, secure",
      ])
    // Without one, anybody may write it.
    #expect(try await lines(of: "proxied") == Array(repeating: "200 GET a [:] 0 from 127.0.0.1", count: 2))
  }

  @Test func `a line's end in an answer's field makes no other field`() async throws {
    let seen = try await lines(of: "fields")
    #expect(seen.count == 1 && seen[0].hasSuffix(" False"), "\(seen)")
  }

  @Test func `a client that takes nothing is let go`() async throws {
    let hall = try Hall()
    try await hall.whileServing {
      let (input, keep) = (Pipe(), Pipe())
      let client = Process()
      client.executableURL = URL(filePath: "/usr/bin/env")
      client.arguments = ["python3", Self.script, hall.place, "deaf"]
      (client.standardInput, client.standardOutput) = (input, keep)
      try client.run()
      for await word in hall.seen where word == "endless ended" { break }
      try input.fileHandleForWriting.close()
      client.waitUntilExit()
    }
  }

  @Test func `a stream ends when nobody hears it any more`() async throws {
    let hall = try Hall()
    try await hall.whileServing {
      let seen = try await lines(of: "leaves", at: hall)
      #expect(seen == ["HTTP/"])
      for await word in hall.seen where word == "endless ended" { break }
    }
  }

  @Test func `the end waits for the answer under way, and for no stream`() async throws {
    let hall = try Hall()
    var seen: [String] = []
    try await hall.whileServing {
      async let last = lines(of: "last", at: hall)
      for await word in hall.seen where word == "held" { break }
      await hall.group.triggerGracefulShutdown()
      hall.release.yield()
      for await word in hall.seen where word == "calm ended" { break }
      seen = try await last
    }
    #expect(seen == ["ready", "200 20000000", "ended", "ended", "ended"])
  }

  @Test func `over TLS, and nothing without it`() async throws {
    let directory = try TemporaryDirectory()
    let (certificate, key) = (directory.path + "/certificate", directory.path + "/key")
    let made = try run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj",
        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
      ], in: directory)
    try #require(made.status == 0, "\(made)")
    let hall = try Hall(.tls(try TLSServerIdentity(chain: certificate, key: key)))
    try await hall.whileServing {
      let seen = try await lines(of: "tls", at: hall, certificate)
      #expect(
        seen == [
          "200 POST a [:] 40000 from 127.0.0.1, secure", "5000000", "ended",
        ])
    }
  }

  @Test func `a socket in the file system is its owner's, and gone in the end`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/web"
    let hall = try Hall(.proxy, at: .file(path))
    try await hall.whileServing {
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode.map { $0 & 0o077 } == 0)
      let seen = try await lines(of: "proxied", at: hall)
      #expect(seen.first == "200 GET a [:] 0 from 198.51.100.7, secure")
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
