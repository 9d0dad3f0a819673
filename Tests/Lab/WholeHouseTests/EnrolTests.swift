import BrokerFixture
import Foundation
import SiteFixture
import Testing

/// A gateway joins, reports over mutual TLS and leaves: real programs, a real broker.
@Suite(.serialized, .timeLimit(.minutes(3))) struct EnrolTests {
  @Test func `a gateway enrols with a token, reports, and erases its key when it leaves`() throws {
    let fleet = try EnrolledFleet()
    try fleet.listen()
    let gateway = try fleet.gateway()
    let agent = try gateway.run()
    try gateway.waits { $0.contains("\"state\" : \"not_configured\"") }

    // The running agent takes the enrolment up by itself.
    let token = try fleet.token(group: "area-1")
    let joined = try gateway.enrol(token)
    #expect(joined.status == 0 && joined.text.contains("the agent is connected and reports"), "\(joined)")
    let name = try gateway.name()
    #expect(joined.text.contains(name) && joined.text.contains("group area-1"))
    for file in ["gateway.key", "enrolment.json", "gateway.crt", "authorities.crt"] {
      #expect(try gateway.mode(file) == 0o600, "\(file)")
    }
    #expect(try fleet.waits { $0.contains(name) && $0.contains("online") })

    // The credential is worth nothing any more, for nobody.
    let second = try fleet.gateway().enrol(token)
    #expect(second.status == 77 && second.text.contains("the token has been used"), "\(second)")
    let again = try gateway.enrol(try fleet.token())
    #expect(again.status == 1 && again.text.contains("enrolled with localhost"), "\(again)")

    let left = try gateway.kadomori("unenrol")
    #expect(left.status == 0, "\(left)")
    for file in ["enrolment.json", "gateway.crt", "authorities.crt"] {
      #expect(!FileManager.default.fileExists(atPath: gateway.state + "/" + file), "\(file)")
    }
    #expect(try gateway.name() != name)
    #expect(try fleet.waits { $0.contains(name) && $0.contains("offline") })
    agent.kill(SIGTERM)
    #expect(try gateway.kadomori("unenrol").status == 0)
    #expect(try gateway.kadomori("unenrol").status == 3)
    try fleet.heard("/\(name)/status")
    #expect(try fleet.violations() == [])
  }

  @Test func `whoever is not the provider learns nothing, and the reader learns why`() throws {
    let fleet = try EnrolledFleet()
    let gateway = try fleet.gateway()
    let token = try fleet.token()
    let pin = try #require(token.split(separator: ".").last)
    let foreign = token.dropLast(pin.count) + String(repeating: "a", count: pin.count)
    let wrong = try gateway.enrol(String(foreign))
    #expect(wrong.status == 77 && wrong.text.contains("nothing secret was sent"), "\(wrong)")
    let ja = try gateway.enrol(String(foreign), environment: "LC_ALL=ja_JP.UTF-8")
    #expect(ja.status == 77 && ja.text.contains("秘密は何も送っていません"), "\(ja)")

    let name = try gateway.enrol(token, at: "127.0.0.1:\(fleet.door)")
    #expect(name.status == 77 && name.text.contains("is for other names (localhost)"), "\(name)")
    let plain = try gateway.enrol(token, at: "localhost:\(try freePort())")
    #expect(plain.status == 69 && plain.text.contains("refused"), "\(plain)")
    #expect(try gateway.enrol("no.token.atall").status == 64)
    // None of these cost the token anything.
    #expect(try gateway.enrol(token).status == 0)
    #expect(!fleet.log.contains("refused"))
  }

  @Test func `a gateway that was dark past expiry gets a new certificate by itself`() throws {
    let fleet = try EnrolledFleet()
    let gateway = try fleet.gateway()
    #expect(try gateway.enrol(try fleet.token()).status == 0)
    try gateway.outlive(issuer: fleet.files)
    let old = try gateway.certificate()
    let agent = try gateway.run()
    #expect(try fleet.waits { $0.contains("online") })
    #expect(try gateway.certificate() != old)
    #expect(fleet.log.contains("renewed"))
    agent.kill(SIGTERM)
  }

  @Test func `a clock that nobody set keeps nobody from enrolling and reporting`() throws {
    let fleet = try EnrolledFleet()
    let gateway = try fleet.gateway()
    gateway.clock = "1970-01-02 00:00:00"
    #expect(try gateway.enrol(try fleet.token()).status == 0)
    let agent = try gateway.run()
    #expect(try fleet.waits { $0.contains("online") }, "\(gateway.log)")
    gateway.end(agent)
  }

  @Test func `a broker that is not the provider's is told nothing`() throws {
    let fleet = try EnrolledFleet()
    let other = try EnrolledFleet()
    let gateway = try fleet.gateway()
    #expect(try gateway.enrol(try fleet.token()).status == 0)
    // Whoever can bend the network or the name leads the gateway to a broker of theirs.
    try gateway.lead(to: other.broker)
    let agent = try gateway.run()
    // Its clock is not set, so it asks the collector whether anything is new, and is led back.
    #expect(try fleet.waits { $0.contains("online") })
    #expect(gateway.log.contains("TLS failed (the broker's certificate: "), "\(gateway.log)")
    #expect(try other.fleetList().contains(try gateway.name()) == false)
    agent.kill(SIGTERM)
  }

  @Test func `a withdrawn consent ends the reports at once, and a given one brings them back`() throws {
    let fleet = try EnrolledFleet()
    let gateway = try fleet.gateway()
    #expect(try gateway.enrol(try fleet.token()).status == 0)
    let agent = try gateway.run()
    #expect(try fleet.waits { $0.contains("online") })
    let place = "localhost:\(fleet.door)"
    #expect(try gateway.kadomori("consent").text.contains("kadomori enrol"))
    let withdrawn = try gateway.kadomori("consent", "withdraw", "report", "--by", "anna")
    #expect(
      withdrawn.status == 0 && withdrawn.text.contains("report \(place): withdrawn by anna"), "\(withdrawn)")
    #expect(try fleet.waits { $0.contains("offline") })
    try gateway.waits { $0.contains("anna withdrew 'report \(place)'") && $0.contains("not_configured") }
    #expect(try gateway.kadomori("consent", "grant", "report", "--by", "anna").status == 0)
    #expect(try fleet.waits { $0.contains("online") })
    #expect(try gateway.kadomori("consent", "withdraw", "scan", "--by", "anna").status == 3)
    agent.kill(SIGTERM)
  }

  @Test func `a factory's claim enrols as many gateways as it says, and reports nothing itself`() throws {
    let fleet = try EnrolledFleet()
    let place = fleet.directory.path + "/batch"
    let made = try fleet.says(
      "enrol-token", "claim", "--uses", "2", "--hours", "24", "--group", "area-1", "--out", place)
    #expect(made.status == 0, "\(made)")
    func joins(_ gateway: EnrolledGateway) throws -> (status: CInt, text: String) {
      try gateway.kadomori(
        "enrol", "--collector", "localhost:\(fleet.door)", "--claim-certificate", place + "/claim.crt",
        "--claim-key", place + "/claim.key")
    }
    let first = try fleet.gateway()
    for gateway in [first, try fleet.gateway()] {
      let joined = try joins(gateway)
      #expect(joined.status == 0 && joined.text.contains("group area-1"), "\(joined)")
    }
    let third = try joins(try fleet.gateway())
    #expect(third.status == 77 && third.text.contains("the claim certificate is used up"), "\(third)")
    chmod(place + "/claim.key", 0o644)
    let loose = try joins(try fleet.gateway())
    #expect(loose.status == 77 && loose.text.contains("chmod 600"), "\(loose)")
    let agent = try first.run()
    #expect(try fleet.waits { $0.contains("online") })
    agent.kill(SIGTERM)
    #expect(try fleet.says("audit").text.contains("claim_used_up"))
  }

  @Test func `a revoked gateway is put out, learns why, and may join again as another`() throws {
    let fleet = try EnrolledFleet()
    let gateway = try fleet.gateway()
    #expect(try gateway.enrol(try fleet.token()).status == 0)
    let agent = try gateway.run()
    #expect(try fleet.waits { $0.contains("online") })
    let name = try gateway.name()
    #expect(try fleet.says("revoke", name, "--reason", "stolen").status == 0)
    // Its clock is not set, so it asks the collector at once, and is told.
    try gateway.waits { $0.contains("this gateway was revoked") }
    #expect(gateway.log.contains("revoked"))
    #expect(try gateway.kadomori("unenrol").status == 0)
    let again = try gateway.enrol(try fleet.token())
    #expect(again.status == 0 && again.text.contains("connected and reports"), "\(again)")
    #expect(try gateway.name() != name)
    agent.kill(SIGTERM)
  }
}
