import BrokerFixture
import Foundation
import MQTTClient
import Testing

/// The broker of the collector's own, once gateways enrol: who gets in, who does not, and who is put out.
@Suite(.serialized, .timeLimit(.minutes(2))) struct OwnBrokerTests {
  private static func topic(_ gateway: String) -> String { "kadomori/v1/\(gateway)/evt/device" }

  @Test func `lets in who has enrolled and nobody else, and says why`() throws {
    let provider = try Provider()
    try provider.start()
    let gateway = try provider.gateway("good")
    #expect(try provider.publish(as: "good", Self.topic(gateway)) == 0)
    // The collector heard it by the same broker, with its own certificate.
    try provider.logged("messages set aside")

    let files = provider.state + "/enrolment/"
    func sign(_ request: String, _ arguments: String) throws {
      let line = "openssl x509 -req -in \(request).csr \(arguments) 2>/dev/null"
      try #require(try provider.run("sh", ["-c", line]).status == 0)
    }
    // The right authority, the right name and key, and a time that is over.
    try sign("good", "-CA \(files)ca.crt -CAkey \(files)ca.key -CAcreateserial -days 0 -out expired.crt")
    try sign("good", "-signkey good.key -days 10 -out foreign.crt")
    for name in ["expired", "foreign"] {
      try #require(try provider.run("cp", ["good.key", name + ".key"]).status == 0)
      #expect(try provider.publish(as: name, Self.topic(gateway)) != 0, "\(name)")
    }
    try provider.logged("the broker let somebody not in: certificate verify failed")
    #expect(try provider.publish(as: nil, Self.topic(gateway)) != 0)
    try provider.logged("the broker let somebody not in: peer did not return a certificate")
    #expect(try provider.publish(as: "good", Self.topic(gateway)) == 0)
  }

  /// A broker may be known by an address, which a certificate holds in another way than a name.
  @Test(arguments: ["localhost", "127.0.0.1"])
  func `puts a revoked gateway out within seconds, for good`(host: String) throws {
    let provider = try Provider(host: host)
    try provider.start()
    let (stolen, other) = (try provider.gateway("stolen"), try provider.gateway("other"))
    let session = try provider.connected("stolen")
    let bystander = try provider.connected("other")

    let told = try provider.command("revoke", stolen, "--reason", "stolen")
    #expect(told.status == 0 && told.said.contains("has put it out"), "\(told)")
    try session.wait { if case .disconnected = $0 { true } else { false } }
    try provider.logged("revoked, and off the broker: \(stolen)")
    #expect(throws: FixtureError.self) { try provider.connected("stolen") }
    #expect(try provider.publish(as: "stolen", Self.topic(stolen)) != 0)
    // What ended the session is gone.
    let left = try FileManager.default.contentsOfDirectory(atPath: provider.state + "/enrolment")
    #expect(!left.contains { $0.hasPrefix("takeover") })

    // The others noticed nothing, and the collector neither.
    try bystander.publish(MQTTMessage(topic: Self.topic(other), payload: Array("{}".utf8)))
    try provider.logged("messages set aside")
    #expect(!provider.log.contains("not connected"))
  }

  @Test func `a revocation made while nobody ran counts from the start`() throws {
    let provider = try Provider()
    try provider.start()
    let gateway = try provider.gateway("stolen")
    #expect(provider.stop() == 0)
    try provider.done("revoke", gateway)
    try provider.start()
    try provider.logged("revoked, and off the broker: \(gateway)")
    #expect(throws: FixtureError.self) { try provider.connected("stolen") }
  }

  @Test func `who speaks for another is refused, and in the audit`() throws {
    let provider = try Provider()
    try provider.start()
    let (liar, victim) = (try provider.gateway("liar"), try provider.gateway("victim"))
    _ = try provider.publish(as: "liar", Self.topic(victim))
    try provider.logged("the broker refused a message of \(liar) on \(Self.topic(victim))")
    let forged = """
      {"v":"1.0","gateway":"\(victim)","seq":1,"boot_id":"b","uptime_ms":1,"time":"2026-11-23T12:00:00Z",\
      "clock_synced":true,"kind":"device","body":{}}
      """
    _ = try provider.publish(as: "liar", Self.topic(liar), forged)
    try provider.logged("messages set aside: foreign-gateway 1")
    let token = try provider.done("enrol-token", "create")
    #expect(try provider.enrol("first", token: token).status == "200")
    #expect(try provider.enrol("second", token: token) == ("403", "token_used"))

    let audit = try provider.json("audit", "audit")["audit"] as? [[String: Any]] ?? []
    let denied = audit.filter { $0["event"] as? String == "denied" && $0["gateway"] as? String == liar }
    #expect(denied.count == 2)
    #expect(denied.contains { ($0["detail"] as? String)?.contains(Self.topic(victim)) == true })
    let refused = try #require(audit.first)
    #expect(refused["event"] as? String == "refused" && refused["source"] as? String == "127.0.0.1")
    #expect((refused["detail"] as? String)?.hasPrefix("token_used") == true)
    #expect(try provider.done("audit").contains("token_used"))
    #expect(try provider.json("grants", "enrol-token", "list")["grants"] is [Any])
  }

  @Test func `without TLS it stays on loopback unless somebody insists`() throws {
    let provider = try Provider()
    let port = try freePort()
    let refused = try provider.command("run", "--listen", "0.0.0.0:\(port)")
    #expect(refused.status == 64)
    #expect(refused.said.contains("'enrolment:'") && refused.said.contains("--plain"))
    #expect(try provider.command("run", "--config", provider.configuration, "--plain").status == 64)
    try provider.start(["--listen", "0.0.0.0:\(port)", "--plain"])
    #expect(provider.log.contains("anybody who reaches it"))
    provider.stop()
    // With TLS, but not where gateways are sent to: it works, and is most likely not meant.
    try provider.start(["--config", provider.configuration, "--listen", "127.0.0.1:\(port)"])
    #expect(provider.log.contains("gateways are sent to localhost:\(provider.broker)"))
  }
}
