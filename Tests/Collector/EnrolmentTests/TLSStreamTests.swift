import BrokerFixture
import Certificates
import Cryptography
import Glibc
import Testing

/// Whom a gateway believes, with certificates made for the purpose.
@Suite struct TLSStreamTests {
  /// A server's certificate of an authority, valid for seconds around the machine's own time.
  private struct Server {
    let directory: TemporaryDirectory
    let authority: Authority
    let identity: TLSServerIdentity

    /// `from` and `until` count from now, in seconds.
    init(from: Int64, until: Int64, use: CertificateForm.Use = .server) throws {
      directory = try TemporaryDirectory()
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      let now = Int64(time.tv_sec)
      let made = try Authority.make(named: "of a test", now: now)
      authority = try Authority(chain: made.chain, key: made.key)
      let pair = try KeyPair()
      let form = try CertificateForm(
        subject: "server", use: use, names: ["collector.example", "192.0.2.7"], notBefore: now + from,
        notAfter: now + until)
      let issued = try authority.issue(form, for: try PublicKey.half(of: pair))
      let chain = try directory.write("chain", String(decoding: issued.pem + authority.chain, as: UTF8.self))
      let key = try directory.write("key", String(decoding: try pair.privatePEM(), as: UTF8.self))
      identity = try TLSServerIdentity(chain: chain, key: key)
    }

    var pin: TLSTrust { .pin(Base32.encode(authority.held.keyDigest)) }

    /// Shakes hands in memory; returns why the client does not believe, or `nil` when it does.
    func refusal(
      of trust: TLSTrust, name: String = "collector.example", toleratesEarly: Bool = false
    ) throws -> TLSRefusal? {
      let client = try TLSStream.client(trust, serverName: name, toleratesEarly: toleratesEarly)
      let server = try TLSStream.server(identity)
      var toServer = client.receive([]).toSend
      for _ in 0..<4 {
        let answer = server.receive(toServer)
        let further = client.receive(answer.toSend)
        #expect(answer.failure == nil && further.failure == nil)
        if client.refusal != nil { break }
        toServer = further.toSend
      }
      if client.refusal == nil { try #require(client.isSecured && server.isSecured) }
      return client.refusal
    }
  }

  private static let day: Int64 = 86_400

  /// Which refusal it is, whatever it says.
  private static func word(_ refusal: TLSRefusal?) -> String? {
    refusal.map { String(String(describing: $0).prefix { $0 != "(" }) }
  }

  @Test func `the authority that a token names is believed, by name and by address, and no other`() throws {
    let server = try Server(from: -Self.day, until: Self.day)
    #expect(try server.refusal(of: server.pin) == nil)
    #expect(try server.refusal(of: server.pin, name: "192.0.2.7") == nil)
    #expect(try server.refusal(of: .authority(server.authority.chain)) == nil)
    let other = try Server(from: -Self.day, until: Self.day)
    #expect(try server.refusal(of: other.pin) == .notPinned)
    #expect(try Self.word(server.refusal(of: .authority(other.authority.chain))) == "untrusted")
    #expect(
      try server.refusal(of: server.pin, name: "elsewhere.example") == .wrongName(["collector.example"]))
    #expect(try Self.word(server.refusal(of: server.pin, name: "192.0.2.8")) == "wrongName")
  }

  @Test func `a clock that may run behind passes over a certificate of the future, and nothing else`() throws
  {
    let early = try Server(from: Self.day, until: 2 * Self.day)
    #expect(try Self.word(early.refusal(of: early.pin)) == "notYetValid")
    #expect(try early.refusal(of: early.pin, toleratesEarly: true) == nil)
    #expect(
      try Self.word(early.refusal(of: early.pin, name: "x.example", toleratesEarly: true)) == "wrongName")
    let other = try Server(from: -Self.day, until: Self.day)
    #expect(try early.refusal(of: other.pin, toleratesEarly: true) == .notPinned)
    let late = try Server(from: -2 * Self.day, until: -Self.day)
    for toleratesEarly in [false, true] {
      #expect(try Self.word(late.refusal(of: late.pin, toleratesEarly: toleratesEarly)) == "expired")
    }
  }

  @Test func `a gateway's certificate makes no server`() throws {
    let gateway = try Server(from: -Self.day, until: Self.day, use: .client)
    #expect(try Self.word(gateway.refusal(of: gateway.pin)) == "untrusted")
  }
}
