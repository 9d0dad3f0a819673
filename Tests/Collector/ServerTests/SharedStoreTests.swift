import BrokerFixture
import FleetContract
import Foundation
import MQTTClient
import Posture
import PostgresFixture
import Testing

/// Real collectors, a real mosquitto and a real PostgreSQL, as a provider has them.
@Suite(.serialized, .timeLimit(.minutes(8))) struct SharedStoreTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func collector(_ name: String, _ port: UInt16, _ store: String) throws -> ChildProgram {
    let file = try directory.write(
      name + ".yaml",
      "collector: \(name)\nstate: \(directory.path)/\(name)\nstore: \(store)\nbroker: {host: 127.0.0.1, port: \(port)}\n"
    )
    return try ChildProgram(
      CollectorProgram.path, ["run", "--config", file], output: directory.path + "/\(name).log")
  }

  private func logged(_ words: String, times: Int = 1, by name: String) throws {
    for _ in 0..<6000 {
      if directory.read(name + ".log").components(separatedBy: words).count > times { return }
      usleep(10_000)
    }
    throw FixtureError("\(name) does not say '\(words)': \(directory.read(name + ".log").suffix(800))")
  }

  @Test func `a record is stored once, though collector, database and broker are killed meanwhile`() throws {
    let server = try PostgresFixture()
    let uri = try server.database()
    let database = try #require(uri.split(separator: "?").first?.split(separator: "/").last.map(String.init))
    let broker = try Broker("max_queued_messages 100000\nmax_inflight_messages 0\n")
    let tokyo = try collector("tokyo", broker.port, uri)
    let osaka = try collector("osaka", broker.port, uri)
    try logged("connected to", by: "tokyo")
    try logged("connected to", by: "osaka")
    let gateways = try Gateways(12, to: broker.port)

    try gateways.publish(1...10)
    try gateways.run(until: { $0.stored >= 60 })
    try gateways.publish(11...20)
    tokyo.kill(SIGKILL)
    try gateways.run(until: { $0.stored >= 160 })
    try gateways.publish(21...25)
    try server.crash()
    try gateways.publish(26...30)
    try logged("nothing is stored or acknowledged", by: "osaka")
    try server.start()
    try gateways.run(until: { $0.stored == 360 })
    let count = "SELECT count(*) || ' ' || count(DISTINCT gateway || seq) FROM kadomori.event"
    #expect(try server.sql(count, in: database) == "360 360")

    // What the broker had acknowledged is gone with it, so the gateways' own memory has to do.
    try gateways.publish(31...40)
    broker.crash()
    try broker.restart()
    try gateways.connect()
    try gateways.run(until: { $0.stored == 480 })
    #expect(try server.sql(count, in: database) == "480 480")

    // What the broker kept for the dead one comes a second time now, and is stored already.
    let again = try collector("tokyo", broker.port, uri)
    try logged("connected to", times: 2, by: "tokyo")
    try gateways.publish(41...41)
    try gateways.run(until: { $0.stored == 492 })
    #expect(try server.sql(count, in: database) == "492 492")
    #expect(try server.sql("SELECT count(*) FROM kadomori.stored", in: database) == "12")
    #expect(try server.sql("SELECT count(*) FROM kadomori.run", in: database) == "3")
    for program in [again, osaka] {
      program.signal(SIGTERM)
      #expect(program.wait() == 0)
    }
  }

  @Test func `a session that begins while the database is away is noted when it is back`() throws {
    let server = try PostgresFixture()
    let uri = try server.database()
    let database = try #require(uri.split(separator: "?").first?.split(separator: "/").last.map(String.init))
    let provider = try Provider()
    _ = try provider.directory.write(
      "collector.yaml", provider.directory.read("collector.yaml") + "store: \"\(uri)\"\n")
    try provider.start()
    let one = try provider.gateway("one")
    try server.crash()
    let gateway = try provider.connected("one")
    try provider.logged("is not noted yet")
    #expect(!provider.log.contains("\tIs the server running"), "the cause, and not libpq's hint")
    try server.start()
    try provider.logged("is noted again")
    let running = "SELECT gateway || ' ' || block FROM kadomori.tenure WHERE ended IS NULL"
    #expect(try server.sql(running, in: database).hasPrefix("\(one) 127.0.0.1"))
    withExtendedLifetime(gateway) {}
  }

  @Test func `a store moves into a database and back, row by row, and goes on there`() throws {
    let port = try freePort()
    let state = directory.path + "/moved"
    func start() throws -> ChildProgram {
      let program = try ChildProgram(
        CollectorProgram.path, ["run", "--state", state, "--listen", "127.0.0.1:\(port)"],
        output: directory.path + "/moved.log")
      try waitForListener(on: port)
      return program
    }
    func store(_ words: String...) throws -> (status: CInt, text: String) {
      try run(CollectorProgram.path, ["store"] + words + ["--state", state], in: directory, errors: false)
    }
    func end(_ program: ChildProgram) {
      program.signal(SIGTERM)
      #expect(program.wait() == 0)
    }
    let uri = try PostgresFixture.shared.get().database()
    var program = try start()
    var gateways = try Gateways(3, to: port)
    try gateways.publish(1...4)
    try gateways.run(until: { $0.stored == 12 })
    #expect(try store("move", uri).status == 69, "while the collector runs")
    end(program)
    let before = try store("export").text
    #expect(try store("move", "postgresql://u:secret@h/d").status == 64)
    #expect(try store("move", "here").status == 64)
    #expect(try store("move", "postgresql:///d?host=/nowhere").status == 69)
    #expect(try store("export").text == before, "what failed changed nothing")
    #expect(try store("move", uri).status == 0)
    func sorted(_ text: String) -> [Substring] { text.split(separator: "\n").sorted() }
    #expect(try sorted(store("export").text) == sorted(before))
    #expect(try store("check").status == 0)
    #expect(try store("backup", directory.path + "/copy").status == 69)

    program = try start()
    gateways = try Gateways(3, to: port)
    try gateways.publish(1...5)
    try gateways.run(until: { $0.stored == 15 })
    end(program)
    let later = try store("export").text
    #expect(
      later.components(separatedBy: "\"device\"").count == before.components(separatedBy: "\"device\"").count
        + 3)
    #expect(try store("move", uri).status == 65, "a store is there")
    #expect(try store("move", directory.path + "/back.sqlite").status == 0)
    #expect(try sorted(store("export").text) == sorted(later))
  }
}

/// Gateways that keep what no collector has acknowledged, and send it again.
private final class Gateways {
  private var pump: Pump
  private let port: UInt16
  private let names: [GatewayID]
  private var waiting: [GatewayID: Set<Int64>] = [:]
  private(set) var stored = 0

  init(_ count: Int, to port: UInt16) throws {
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    names = (0..<count).compactMap { GatewayID("gw-aaaaaaaaaaaaaaa\(letters[$0])") }
    self.port = port
    pump = try Pump.connected("gateways", to: port)
    try pump.subscribe("kadomori/v1/+/ack")
  }

  /// Connects anew, where the broker was gone.
  func connect() throws {
    pump = try Pump.connected("gateways", to: port)
    try pump.subscribe("kadomori/v1/+/ack")
  }

  func publish(_ numbers: ClosedRange<Int64>) throws {
    for seq in numbers {
      for name in names {
        waiting[name, default: []].insert(seq)
        try send(name, seq)
      }
    }
  }

  private func send(_ name: GatewayID, _ seq: Int64) throws {
    let payload = """
      {"v":"1.0","gateway":"\(name)","seq":\(seq),"boot_id":"b","uptime_ms":1,"time":"2026-11-23T12:00:00Z",\
      "clock_synced":true,"kind":"device","body":{}}
      """
    try pump.session.publish(
      MQTTMessage(topic: "kadomori/v1/\(name)/evt/device", payload: Array(payload.utf8)))
  }

  /// Sends again what nobody has acknowledged for some seconds, until enough is.
  func run(until isEnough: (Gateways) -> Bool) throws {
    let end = ContinuousClock.now + .seconds(180)
    var heard = ContinuousClock.now
    while !isEnough(self) {
      let before = stored
      _ = try? pump.wait(seconds: 1) { event in
        note(event)
        return isEnough(self)
      }
      if stored > before { heard = ContinuousClock.now }
      if ContinuousClock.now - heard > .seconds(4) {
        heard = ContinuousClock.now
        for (name, numbers) in waiting { for seq in numbers.sorted() { try send(name, seq) } }
      }
      guard ContinuousClock.now < end else { throw FixtureError("\(stored) records are acknowledged") }
    }
  }

  private func note(_ event: MQTTEvent) {
    guard case .message(let message) = event,
      let name = GatewayID(message.topic.split(separator: "/").dropFirst(2).first.map(String.init) ?? ""),
      let body = try? Envelope<AckBody>(payload: message.payload, from: name).body
    else { return }
    let covered = (waiting[name] ?? []).filter { body.covers($0) }
    waiting[name]?.subtract(covered)
    stored += covered.count
  }
}
