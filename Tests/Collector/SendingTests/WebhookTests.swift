import BrokerFixture
import Cryptography
import Foundation
import Posture
import Sending
import Testing

@Suite(.timeLimit(.minutes(3))) struct WebhookTests {
  /// A real HTTP server that checks the signature as a receiver would, and answers as it is told.
  private static let receiver = """
    import hashlib, hmac, http.server, json, os, sys
    place, log, mode = sys.argv[1:]
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            facts = dict(part.split("=", 1) for part in self.headers["X-Kadomori-Signature"].split(","))
            right = hmac.new(b"0123456789abcdef", facts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
            with open(log, "a") as lines:
                lines.write(json.dumps({"right": hmac.compare_digest(right, facts["v1"]),
                    "key": self.headers["Idempotency-Key"], "body": json.loads(body)}) + "\\n")
            if mode == "die":
                os._exit(0)
            self.send_response(int(mode))
            self.send_header("Content-Length", "0")
            self.end_headers()
        def log_message(self, *words): pass
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    with open(place + ".new", "w") as file: file.write(str(server.server_port))
    os.rename(place + ".new", place)
    server.serve_forever()
    """

  private func send(_ mode: String, _ notice: OutgoingNotice = notice()) throws -> (
    SendingOutcome, [[String: Any]]
  ) {
    let directory = try TemporaryDirectory()
    let program = try ChildProgram(
      "python3", ["-c", Self.receiver, directory.path + "/port", directory.path + "/log", mode])
    defer { program.kill(SIGKILL) }
    var port: UInt16?
    for _ in 0..<3000 where port == nil {
      port = UInt16(directory.read("port"))
      if port == nil { poll(nil, 0, 10) }
    }
    let channel = WebhookChannel(
      host: "127.0.0.1", port: try #require(port), path: "/hook", trust: nil,
      secret: Array("0123456789abcdef".utf8))
    let outcome = channel.send(notice)
    let lines = try directory.read("log").split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    return (outcome, lines)
  }

  @Test func `a receiver finds the signature right, and the same key each time`() throws {
    let (outcome, calls) = try send("200")
    #expect(outcome == .sent("HTTP 200"))
    try #require(calls.count == 1)
    #expect(calls[0]["right"] as? Bool == true && calls[0]["key"] as? String == "notice-7")
    #expect((calls[0]["body"] as? [String: Any])?["lines"] as? [String] == notice().lines)
    #expect((calls[0]["body"] as? [String: Any])?["state"] as? String == "open")
    var safe = notice()
    safe.isSafe = true
    #expect((try send("200", safe).1.first?["body"] as? [String: Any])?["state"] as? String == "safe")
  }

  @Test func `what it answers decides whether it is tried again`() throws {
    #expect(try send("503").0 == .later("HTTP 503"))
    #expect(try send("410").0 == .refused("HTTP 410"))
    guard case .unknown = try send("die").0 else { return #expect(Bool(false)) }
    let nobody = WebhookChannel(host: "127.0.0.1", port: try freePort(), path: "/", trust: nil, secret: [1])
    guard case .later = nobody.send(notice()) else { return #expect(Bool(false)) }
  }
}
