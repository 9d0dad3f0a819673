import BrokerFixture
import Glibc
import MQTTClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct SecurityTests {
  /// A broker whose certificate names `broker.test`, and the directory with its authority.
  private func secureBroker() throws -> Broker {
    try Broker(listener: { port, directory in
      let path = directory.path
      try openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj", "/CN=test authority", "-keyout", path + "/ca.key", "-out", path + "/ca.pem")
      try openssl(
        "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=broker.test",
        "-keyout", path + "/broker.key", "-out", path + "/broker.csr")
      try directory.write("names", "subjectAltName=DNS:broker.test\n")
      try openssl(
        "x509", "-req", "-days", "2", "-in", path + "/broker.csr", "-CA", path + "/ca.pem", "-CAkey",
        path + "/ca.key", "-CAcreateserial", "-extfile", path + "/names", "-out", path + "/broker.pem")
      try ChildProgram("chmod", ["644", path + "/broker.key"]).wait()
      return "listener \(port) 127.0.0.1\nallow_anonymous true\n"
        + "certfile \(path)/broker.pem\nkeyfile \(path)/broker.key\n"
    })
  }

  private func openssl(_ arguments: String...) throws {
    let status = try ChildProgram("openssl", arguments).wait()
    guard status == 0 else { throw FixtureError("openssl \(arguments.joined(separator: " "))") }
  }

  private func attempt(_ security: MQTTSecurity, on broker: Broker) throws -> MQTTEvent {
    let pump = try Pump(MQTTConfiguration(clientID: "a", security: security), to: broker.port)
    let answer = try pump.wait {
      switch $0 {
      case .connected, .disconnected, .refused: true
      default: false
      }
    }
    if case .connected = answer {
      try pump.subscribe("x")
      try pump.session.publish(MQTTMessage(topic: "x", payload: Array(repeating: 0x61, count: 200_000)))
      #expect(try pump.message(on: "x").payload.count == 200_000)
    }
    return answer
  }

  @Test func `accepts the named broker of the right authority, and no other`() throws {
    let broker = try secureBroker()
    let authorities = broker.directory.path + "/ca.pem"
    let good = try attempt(MQTTSecurity(authorities: authorities, serverName: "broker.test"), on: broker)
    // Whoever wins the race on loopback, the name decides.
    for _ in 0..<30 {
      let named = MQTTSecurity(authorities: authorities, serverName: "broker.test")
      let again = try attempt(named, on: broker)
      guard case .connected = again else {
        Issue.record("\(again)")
        return
      }
    }
    guard case .connected = good else {
      Issue.record("\(good)")
      return
    }
    let wrong = [
      MQTTSecurity(authorities: authorities, serverName: "other.test"),
      MQTTSecurity(authorities: authorities),
      MQTTSecurity(serverName: "broker.test"),
    ]
    for security in wrong {
      guard case .disconnected(let error) = try attempt(security, on: broker) else {
        Issue.record("connected with \(security)")
        continue
      }
      #expect(error.code == .tls)
    }
  }

  /// RFC 6066 allows no address as a server name, and brokers behind one address need the name.
  @Test func `asks for the broker by its name`() throws {
    let (listener, port) = try listenOnLoopback()
    defer { close(listener) }
    let security = MQTTSecurity(serverName: "broker.test")
    let pump = try Pump(MQTTConfiguration(clientID: "a", security: security), to: port)
    let peer = accept(listener, nil, nil)
    defer { close(peer) }
    for _ in 0..<3 { pump.run() }
    var bytes = [UInt8](repeating: 0, count: 2048)
    let count = read(peer, &bytes, bytes.count)
    let hello = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    #expect(hello.contains("broker.test"))
    #expect(!hello.contains("127.0.0.1"))
  }

  @Test func `says so when a certificate cannot be read`() {
    #expect(throws: MQTTError.self) {
      try MQTTSession(MQTTConfiguration(clientID: "a", security: MQTTSecurity(authorities: "/nonexistent")))
    }
  }
}
