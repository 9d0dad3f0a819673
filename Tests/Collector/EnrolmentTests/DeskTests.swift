import Certificates
import Cryptography
import Enrolment
import FleetContract
import FleetStore
import Posture
import Testing

@Suite(.timeLimit(.minutes(1))) struct DeskTests {
  @Test func `one token enrols one gateway, whose name is the hash of its key`() throws {
    let office = try Office()
    let key = try KeyPair()
    let token = try office.token(group: "tokyo-1")
    let answer = try office.desk.enrol(office.request(key, token), from: "a", now: Office.now).get()
    #expect(answer.gateway == GatewayID(hash: Digest.sha256(try key.publicDER()))?.text)
    #expect(answer.group == "tokyo-1")
    let held = try HeldCertificate(pem: Array(answer.certificate.utf8))
    #expect(held.facts.subject == "CN=\(answer.gateway)")
    #expect(held.notAfter - held.notBefore == 91 * 86_400)

    // A lost answer may be asked for again with the same key; anybody else is told that it was used.
    #expect(
      try office.refusal(office.desk.enrol(office.request(key, token), from: "a", now: Office.now)) == nil)
    let other = office.desk.enrol(try office.request(KeyPair(), token), from: "b", now: Office.now)
    #expect(office.refusal(other) == .tokenUsed)
    let audit = try office.store.audit(newest: 10)
    #expect(audit.first?.event == .refused)
    #expect(audit.contains { $0.event == .enrolled && $0.gateway == answer.gateway })
  }

  @Test func `refuses what is unknown, wrong, expired or revoked, and says which`() throws {
    let office = try Office()
    func ask(_ token: EnrolmentToken) throws -> EnrolmentRefusal.Reason? {
      office.refusal(office.desk.enrol(try office.request(KeyPair(), token), from: "a", now: Office.now))
    }
    let good = try office.token()
    let guess = try #require(
      EnrolmentToken(id: good.id, secret: String(repeating: "a", count: 32), pin: good.pin))
    #expect(try ask(guess) == .tokenUnknown)
    #expect(try ask(office.token(lasting: -1)) == .tokenExpired)
    #expect(try office.store.revokeGrant(good.id, at: Office.now))
    #expect(try ask(good) == .tokenRevoked)
    let nonsense = EnrolmentRequest(csr: "-----BEGIN CERTIFICATE REQUEST-----", token: good.credential)
    #expect(office.refusal(office.desk.enrol(nonsense, from: "a", now: Office.now)) == .badRequest)
  }

  @Test func `renews an expired certificate of the same key, and nobody else's`() throws {
    let office = try Office(lifetime: .seconds(-10))
    let gateway = try office.gateway()
    #expect(
      try HeldCertificate(pem: Array(gateway.certificate.utf8)).notAfter < Office.now.milliseconds / 1000)
    func renew(_ key: KeyPair, _ certificate: String) throws -> EnrolmentDesk.Answer {
      let csr = String(decoding: try key.signingRequest(), as: UTF8.self)
      return office.desk.renew(RenewalRequest(csr: csr, certificate: certificate), from: "a", now: Office.now)
    }
    #expect(try renew(gateway.key, gateway.certificate).get().gateway == gateway.id.text)
    #expect(try office.refusal(renew(KeyPair(), gateway.certificate)) == .certificateForeign)
    let stranger = try Office(lifetime: .seconds(60)).gateway(gateway.key)
    #expect(try office.refusal(renew(gateway.key, stranger.certificate)) == .certificateForeign)
    #expect(try office.store.revoke(gateway.id, reason: "stolen", at: Office.now))
    #expect(try office.refusal(renew(gateway.key, gateway.certificate)) == .gatewayRevoked)
  }
}
