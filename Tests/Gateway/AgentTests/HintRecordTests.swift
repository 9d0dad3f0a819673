import Addresses
import BrokerFixture
import Cryptography
import FleetContract
import Foundation
import LinuxIO
import Settings
import Testing

@testable import Agent

/// The policy that an agent hears of by DNS: a real dnsmasq on loopback, the agent's own question and judge.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HintRecordTests {
  private static let name = "area-1.pace.example"

  /// A name server with these records, and what an agent makes of them.
  private final class Zone {
    let directory: TemporaryDirectory
    let server: Endpoint
    private let program: ChildProgram

    init(_ options: String...) throws {
      directory = try TemporaryDirectory()
      let port = try freePort()
      let loopback = try #require(IPAddress("127.0.0.1"))
      server = Endpoint(loopback, port)
      let log = directory.path + "/dnsmasq.log"
      program = try ChildProgram(
        "dnsmasq",
        [
          "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--bind-interfaces",
          "--listen-address=127.0.0.1", "--port=\(port)", "--pid-file=", "--user=root", "--log-facility=-",
          "--local=/example/",
        ] + options, output: log)
      try waitForListener(on: port)
    }

    deinit { program.kill(SIGKILL) }

    /// Asks in one round, and returns what was heard when nothing more can come.
    func texts(of name: String = HintRecordTests.name, first: [Endpoint] = []) throws -> [[UInt8]] {
      let loop = EventLoop()
      var heard: [[UInt8]] = []
      let record = HintRecord(name: name, loop: loop, servers: { first + [self.server] }) { heard.append($0) }
      record.ask()
      try loop.run()
      return heard
    }
  }

  private static func document(_ version: Int64, step: Int64 = 0, speed: Double = 1) throws -> PolicyDocument
  {
    PolicyDocument(
      group: try #require(TopicName("area-1")), mark: PolicyMark(version: version, step: step),
      windowSeconds: 625, speed: speed, epoch: 4, hint: PolicyHint.Place("collector.example:8444"))
  }

  private static func record(_ document: PolicyDocument, by key: SigningKey) throws -> PolicyRecord {
    let bytes = try document.bytes()
    return PolicyRecord(
      SignedPolicy(
        bytes: bytes,
        signature: SignedCommand.Signature(key: KeyID(of: key.publicKey), bytes: try key.sign(bytes))))
  }

  private static func option(_ record: PolicyRecord, of name: String = Self.name) -> String {
    "--txt-record=" + ([name] + record.pieces).joined(separator: ",")
  }

  @Test func `a name server's text is heard whole, over an alias too, and a dead server is passed over`()
    throws
  {
    let record = try Self.record(try Self.document(10), by: try SigningKey())
    let zone = try Zone(Self.option(record), "--cname=alias.example,\(Self.name)")
    let text = Array(record.text.utf8)
    #expect(try zone.texts() == [text])
    #expect(try zone.texts(of: "alias.example") == [text])
    // Nobody listens there, and the kernel says so.
    let dead = Endpoint(zone.server.address, try freePort())
    #expect(try zone.texts(first: [dead]) == [text])
    #expect(try zone.texts(of: "nobody.example") == [])
  }

  /// A server of old is asked again in its own way; what does not fit a datagram is no hint, and nobody is asked by TCP.
  @Test func `a server that knows no extension, and an answer that was cut`() throws {
    let loop = EventLoop()
    let server = try UDPStream.listen(on: Endpoint(try #require(IPAddress("127.0.0.1")), 0))
    let address = try #require(UDPStream.localEndpoint(of: server))
    var questions: [[UInt8]] = []
    var watch: EventLoop.Token?
    watch = loop.watch(server, for: .read) { _ in
      guard let question = UDPStream.receive(on: server, limit: 2000) else { return }
      questions.append(question.bytes)
      // FORMERR with nothing but a header; then an answer with TC.
      let answer =
        questions.count == 1
        ? question.bytes.prefix(2) + [0x81, 0x81] + [UInt8](repeating: 0, count: 8)
        : question.bytes.prefix(2) + [0x83, 0x80] + question.bytes.dropFirst(4)
      UDPStream.send(Array(answer), on: server, to: question.sender)
      if questions.count == 2 { loop.cancel(watch) }
    }
    let text = Array(try Self.record(try Self.document(10), by: try SigningKey()).text.utf8)
    let zone = try Zone(Self.option(try #require(PolicyRecord(text: text))))
    var heard: [[UInt8]] = []
    let record = HintRecord(name: Self.name, loop: loop, servers: { [address, zone.server] }) {
      heard.append($0)
    }
    record.ask()
    try loop.run()
    #expect(heard == [text])
    #expect(questions.map(\.count) == [48, 37], "the same question without its extension")
    #expect(Set(questions.map { Array($0.prefix(2)) }).count == 2, "each with an identifier of its own")
  }

  @Test func `without a name server, or with one that answers nothing, no round lasts`() throws {
    let loop = EventLoop()
    let none = HintRecord(name: Self.name, loop: loop, servers: { [] }) { _ in }
    none.ask()
    try loop.run()
    let silent = try UDPStream.listen(on: Endpoint(try #require(IPAddress("127.0.0.1")), 0))
    let address = try #require(UDPStream.localEndpoint(of: silent))
    let one = HintRecord(name: Self.name, loop: loop, servers: { [address] }) { _ in }
    one.ask()
    // Its only timer is over, and nothing else is waited for.
    try loop.run()
    var questions = 0
    while UDPStream.receive(on: silent, limit: 2000) != nil { questions += 1 }
    #expect(questions == 1)
  }

  @Test func `what DNS says is judged as every other policy is`() throws {
    let state = try TemporaryDirectory()
    let key = try SigningKey()
    let operators = [try #require(OperatorKey(publicKey: key.publicKey, use: .pace))]
    try JSONEncoder().encode(operators).write(to: URL(filePath: state.path + "/operator-keys.json"))
    chmod(state.path + "/operator-keys.json", 0o600)
    var paths = Paths()
    paths.state = state.path
    let desk = PolicyDesk(
      group: try #require(TopicName("area-1")), file: ReconnectFile(), paths: paths, loop: EventLoop()
    ) { _ in }
    var speeds: [Double] = []
    desk.changed = { if let document = $0 { speeds.append(document.speed) } }
    func hear(_ record: PolicyRecord) { desk.heard(text: Array(record.text.utf8)) }
    hear(try Self.record(try Self.document(10, step: 2, speed: 4), by: key))
    #expect(speeds == [4] && desk.problem == nil)
    // What name servers remember of the same policy is no replay, and is not followed.
    hear(try Self.record(try Self.document(10, step: 1, speed: 32), by: key))
    #expect(speeds == [4] && desk.problem == nil)
    hear(try Self.record(try Self.document(9, speed: 32), by: key))
    #expect(desk.problem?.contains("by dns is refused (replayed)") == true)
    hear(try Self.record(try Self.document(11), by: try SigningKey()))
    #expect(desk.problem?.contains("by dns is refused (unknown-key)") == true)
    let sound = try Self.record(try Self.document(11, speed: 1), by: key).policy
    let other = try Self.document(11, speed: 32)
    hear(PolicyRecord(SignedPolicy(bytes: try other.bytes(), signature: sound.signature)))
    #expect(desk.problem?.contains("by dns is refused (bad-signature)") == true)
    #expect(speeds == [4])
    // Somebody else's text beside ours is nobody's mistake.
    let before = desk.problem
    desk.heard(text: Array("v=spf1 -all".utf8))
    #expect(desk.problem == before)
  }

  @Test func `the name is the owner's to write, and one that is none is refused by its line`() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("kadomori.yaml", "pace_record: _kadomori.area-1.pace.example\n")
    #expect(try AgentConfiguration.read(path).paceRecord == "_kadomori.area-1.pace.example")
    for name in ["a..b", "\"a b\"", "\"\"", String(repeating: "a", count: 64)] {
      try directory.write("kadomori.yaml", "quiet_hours: 22:00-06:00\npace_record: \(name)\n")
      let error = #expect(throws: SettingsError.self) { try AgentConfiguration.read(path) }
      #expect(error.map { "\($0)" }?.contains("kadomori.yaml:2:") == true, "\(String(describing: error))")
    }
  }
}
