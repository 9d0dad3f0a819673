import BrokerFixture
import Foundation
import Testing

/// The way to a real collector, broken at one step after the other, and mended again.
@Suite(.serialized) struct NetTests {
  private struct Step: Decodable {
    var step: String
    var outcome: String
    var cause: String?
    var detail: String?
  }

  private struct Told: Decodable {
    var works: Bool
    var steps: [Step]
  }

  private let gateway: Gateway
  private var place: String { gateway.directory.path }
  private static let collector = Gateway.program.replacing(/kadomori$/, with: "kadomori-collector")

  init() throws {
    gateway = try Gateway()
    try gateway.directory.write("kadomori.yaml", "lan: [{interface: lan0}]\nbroker: {host: broker.test}\n")
    try gateway.forgetNameServers()
  }

  private var places: [String] { ["--state", place + "/state", "--config", place + "/kadomori.yaml"] }

  private func net(_ words: String...) throws -> (status: CInt, text: String) {
    try gateway.run(
      in: "gw", ["env", "LANG=C.UTF-8", Gateway.program, "net"] + words + places, errors: false)
  }

  /// Tries, and expects that this step fails, that those before it work, and that nothing after it is tried.
  ///
  /// The clock is the machine's and not looked at.
  private func expect(
    _ step: String, fails cause: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let answer = try net("--json")
    let told = try JSONDecoder().decode(Told.self, from: Data(answer.text.utf8))
    let steps = told.steps.filter { $0.step != "clock" }
    let place = try #require(steps.firstIndex { $0.step == step })
    #expect(
      answer.status == 69 && !told.works && steps[place].outcome == "failed" && steps[place].cause == cause,
      "\(steps)", sourceLocation: sourceLocation)
    #expect(
      steps[..<place].allSatisfy { ["ok", "not_needed"].contains($0.outcome) }, "\(steps)",
      sourceLocation: sourceLocation)
    #expect(
      steps[(place + 1)...].allSatisfy { ["not_tried", "not_needed"].contains($0.outcome) }, "\(steps)",
      sourceLocation: sourceLocation)
  }

  private func nameServer(_ words: String...) throws -> ChildProgram {
    let server = try gateway.start(
      in: "wan",
      ["dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts", "--local=/test/", "--port=53"]
        + ["--conf-file=/dev/null", "--pid-file", "--user=root"] + words, log: "dnsmasq.log")
    try gateway.until("the name server answers") {
      try gateway.run(in: "wan", ["ss", "-lnuH", "sport = :53"]).text.isEmpty ? nil : true
    }
    return server
  }

  @Test(.timeLimit(.minutes(2))) func `says which step of the line is broken`() throws {
    for link in ["wan0", "lan0"] { try gateway.ip("gw", "link set \(link) down") }
    try expect("link", fails: "no_link")
    for link in ["wan0", "lan0"] {
      try gateway.ip("gw", "address flush dev \(link)")
      try gateway.ip("gw", "link set \(link) up")
    }
    try expect("address", fails: "no_address")
    try gateway.ip("gw", "address add 169.254.7.7/16 dev wan0")
    try expect("address", fails: "self_assigned")
    try gateway.ip("gw", "address add 198.51.100.1/24 dev wan0")
    try expect("gateway", fails: "no_route")
    try gateway.ip("gw", "route add default via 198.51.100.77")
    try expect("gateway", fails: "router_silent")
    try gateway.ip("gw", "route replace default via 198.51.100.2")
    try expect("dns", fails: "no_name_server")
    let resolver = try gateway.directory.write(
      "resolver", "nameserver 198.51.100.2\noptions attempts:1 timeout:1\n")
    try gateway.setResolver(resolver)
    try expect("dns", fails: "name_server_silent")
    let ignorant = try nameServer()
    try expect("dns", fails: "name_unknown")
    ignorant.kill(SIGKILL)
    _ = try nameServer("--address=/broker.test/198.51.100.2")
    try expect("broker", fails: "refused")

    try gateway.nft(
      "table inet deaf { chain out { type filter hook output priority 0; tcp dport 1883 reject with icmpx type host-unreachable; }; }"
    )
    try expect("broker", fails: "unreachable")
    _ = try gateway.rules("delete", "table", "inet", "deaf")

    // Somebody else has the port.
    let other = try gateway.start(
      in: "wan", ["python3", "-m", "http.server", "1883", "--bind", "198.51.100.2"])
    try gateway.until("it listens") { try gateway.answersAtAll("198.51.100.2", 1883) ? true : nil }
    let spoken = try net("--json")
    #expect(spoken.status == 69 && spoken.text.contains("\"step\" : \"mqtt\""), "\(spoken.text)")
    other.kill(SIGKILL)

    let text = try net()
    #expect(text.text.contains("Check the port") && text.text.contains("not tried"), "\(text.text)")
    let json = try net("--json")
    #expect(try Schemas.faults(of: json.text, by: "net") == "")
  }

  @Test(.timeLimit(.minutes(2))) func `says what a broker without TLS does not allow`() throws {
    try gateway.directory.write("kadomori.yaml", "broker: {host: 198.51.100.2}\n")
    try gateway.setResolver(try gateway.directory.write("resolver", "nameserver 198.51.100.2\n"))
    _ = try nameServer()
    // An agent that ran once has made the gateway's key.
    let agent = try gateway.start(
      in: "gw", [Gateway.program, "run", "--runtime", place + "/run"] + places, log: "agent.log")
    try gateway.until("it has a key") {
      FileManager.default.fileExists(atPath: place + "/state/device.secret") ? true : nil
    }
    agent.kill(SIGTERM)
    func broker(_ lines: String) throws -> ChildProgram {
      let file = try gateway.directory.write("broker.conf", "listener 1883 198.51.100.2\n" + lines)
      let program = try gateway.start(in: "wan", ["mosquitto", "-c", file], log: "mosquitto.log")
      try gateway.until("the broker listens") { try gateway.answersAtAll("198.51.100.2", 1883) ? true : nil }
      return program
    }
    var program = try broker("allow_anonymous false\n")
    try expect("mqtt", fails: "not_let_in")
    program.kill(SIGKILL)

    let list = try gateway.directory.write("acl", "topic read #\n")
    program = try broker("allow_anonymous true\nacl_file \(list)\n")
    try expect("rights", fails: "may_not_write")
    program.kill(SIGKILL)

    program = try broker("allow_anonymous true\n")
    try expect("collector", fails: "nobody_stores")
    program.kill(SIGKILL)
  }

  @Test(.timeLimit(.minutes(2))) func `says why a broker and this gateway do not trust each other`() throws {
    try gateway.setResolver(try gateway.directory.write("resolver", "nameserver 198.51.100.2\n"))
    _ = try nameServer("--address=/collector.test/198.51.100.2")
    let configuration = try gateway.directory.write(
      "collector.yaml",
      "enrolment:\n  listen: 198.51.100.2:8443\n  names: [collector.test]\n  broker: {host: collector.test}\n"
    )
    let state = ["--config", configuration, "--state", place + "/collector"]
    let collector = try gateway.start(
      in: "wan", [Self.collector, "run"] + state, log: "collector.log")
    defer { collector.kill(SIGTERM) }
    try gateway.until("the collector is there", seconds: 40) {
      gateway.directory.read("collector.log").contains("connected to") ? true : nil
    }
    let token = try gateway.run(in: "wan", [Self.collector, "enrol-token", "create"] + state, errors: false)
    #expect(token.status == 0)
    let enrolled = try gateway.run(
      in: "gw",
      [
        Gateway.program, "enrol", "--collector", "collector.test", "--token",
        token.text.trimmingCharacters(in: .whitespacesAndNewlines), "--state", place + "/state", "--runtime",
        place + "/run",
      ])
    #expect(enrolled.status == 0, "\(enrolled.text)")

    let whole = try JSONDecoder().decode(Told.self, from: Data(try net("--json").text.utf8))
    #expect(
      whole.steps.filter { $0.step != "clock" }.allSatisfy { $0.outcome == "ok" }, "all of it works: \(whole)"
    )

    let file = place + "/state/enrolment.json"
    let right = try String(contentsOfFile: file, encoding: .utf8)
    func write(_ text: String) throws { try text.write(toFile: file, atomically: true, encoding: .utf8) }
    try write(right.replacing(#""name" : "collector.test""#, with: #""name" : "other.test""#))
    try expect("tls", fails: "wrong_name")

    let made = try gateway.run(
      in: "gw",
      [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout",
        "/dev/null", "-subj", "/CN=somebody else", "-days", "1",
      ], errors: false)
    let certificate = try #require(made.text.firstRange(of: "-----BEGIN CERTIFICATE")).lowerBound
    let line = made.text[certificate...].replacing("\n", with: "\\n")
    try write(right.replacing(/"authorities" : "[^"]*"/, with: "\"authorities\" : \"\(line)\""))
    try expect("tls", fails: "not_trusted")
    try write(right)

    let name = try #require(right.firstMatch(of: /gw-[a-z2-7]{16}/)).output
    let revoked = try gateway.run(in: "wan", [Self.collector, "revoke", String(name)] + state)
    #expect(revoked.status == 0, "\(revoked.text)")
    // The broker reads its list a moment later; and its word can be lost with the end of its connection.
    try gateway.until("the revoked gateway is told that its certificate is not taken") {
      try net("--json").text.contains("certificate_refused") ? true : nil
    }
    let refused = try JSONDecoder().decode(Told.self, from: Data(try net("--json").text.utf8))
    let step = try #require(refused.steps.first { $0.step == "tls" })
    #expect(step.outcome == "failed" && ["certificate_refused", "cut"].contains(step.cause), "\(step)")
  }
}

extension Gateway {
  /// Whether a port of an address takes a connection from the gateway.
  func answersAtAll(_ address: String, _ port: UInt16) throws -> Bool {
    try run(in: "gw", ["socat", "-u", "OPEN:/dev/null", "TCP4:\(address):\(port),connect-timeout=1"]).status
      == 0
  }
}
