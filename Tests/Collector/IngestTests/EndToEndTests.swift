import BrokerFixture
import FleetContract
import FleetStore
import Foundation
import Ingest
import MQTTClient
import Posture
import SQLStore
import ServiceLifecycle
import Testing
import Logging
import Dispatch

/// Runs a body on a thread that may block: the collector under test needs the others.
func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue.global().async { continuation.resume(with: Swift.Result(catching: body)) }
  }
}

@Suite(.serialized, .timeLimit(.minutes(2))) struct EndToEndTests {
  /// Runs a collector against a broker while `body` blocks a thread of its own.
  private func collecting(
    _ port: UInt16, into path: String, limits: StoreLimits = StoreLimits(),
    _ body: @escaping @Sendable () throws -> Void
  ) async throws {
    let store = try FleetStore.open(path, limits: limits)
    let board = NoticeBoard()
    let inbox = Inbox()
    let identity = CollectorIdentity(
      name: known(TopicName("test")), run: try store.beginRun(at: noon),
      configuration: MQTTConfiguration(clientID: "collector"))
    let link = try BrokerLink(
      to: BrokerAddress(host: "localhost", port: port), as: identity, inbox: inbox, board: board)
    let ingester = Ingester(from: inbox, into: store, over: link, board: board)
    let group = ServiceGroup(services: [link, ingester], logger: Logger(label: "test"))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      do {
        try await blocking(body)
      } catch {
        await group.triggerGracefulShutdown()
        throw error
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  private static let status = "kadomori/v1/_collector/test/status"
  private static let ack = "kadomori/v1/\(gateway)/ack"

  private static func event(_ seq: Int64, device: String = "dev-1") throws -> MQTTMessage {
    MQTTMessage(
      topic: "kadomori/v1/\(gateway)/evt/finding", payload: try payload(findingEvent(device), seq: seq))
  }

  /// Waits until an acknowledgement covers a number, and returns it.
  @discardableResult
  private static func acknowledged(_ seq: Int64, by pump: Pump) throws -> AckBody {
    while true {
      let message = try pump.message(on: ack, seconds: 40)
      let body = try Envelope<AckBody>(payload: message.payload, from: gateway).body
      if body.covers(seq) { return body }
    }
  }

  /// Waits until the collector says that it is, or is not, there.
  private static func collector(online: Bool, seenBy pump: Pump) throws {
    while try CollectorStatus(payload: pump.message(on: status, seconds: 40).payload).online != online {}
  }

  private func rows(_ path: String) throws -> GatewayDetail? {
    try FleetStore.openToRead(path).gateway(gateway)
  }

  @Test func `stores once, acknowledges, and sets rubbish aside`() async throws {
    let broker = try Broker()
    let port = broker.port
    let path = broker.directory.path + "/fleet.sqlite"
    let tap = try ContractTap(on: port)
    try await collecting(port, into: path) {
      let pump = try Pump.connected("gateway", to: port)
      try pump.subscribe(Self.status)
      try Self.collector(online: true, seenBy: pump)
      try pump.subscribe(Self.ack)
      for topic in ["evt/finding", "twin/posture", "evt/a/b/c"] {
        try pump.session.publish(
          MQTTMessage(topic: "kadomori/v1/\(gateway)/\(topic)", payload: Array("{[".utf8)))
      }
      try pump.session.publish(
        MQTTMessage(
          topic: "kadomori/v1/\(gateway)/evt/finding", payload: [UInt8](repeating: 65, count: 300_000)))
      // A newer minor version is read, a newer major one set aside.
      for (seq, version) in [(4, "1.7"), (5, "2.0")] as [(Int64, String)] {
        let text = String(decoding: try payload(findingEvent("dev-\(seq)"), seq: seq), as: UTF8.self)
        try pump.session.publish(
          MQTTMessage(
            topic: "kadomori/v1/\(gateway)/evt/finding",
            payload: Array(text.replacing("\"v\":\"1.0\"", with: "\"v\":\"\(version)\"").utf8)))
      }
      for seq in [1, 2, 2, 1, 3] as [Int64] {
        try pump.session.publish(Self.event(seq, device: "dev-\(seq)"))
      }
      #expect(try Self.acknowledged(3, by: pump) == AckBody(stored: 4))
    }
    #expect(try rows(path)?.findings.map(\.device).sorted() == ["dev-1", "dev-2", "dev-3", "dev-4"])
    let aside = try FleetStore.openToRead(path).setAside(newest: 10)
    #expect(aside.counts == ["not-json": 2, "topic": 1, "too-large": 1, "version": 1])
    // The rubbish, and nothing but the rubbish.
    let topics = try tap.violations().compactMap { $0.split(separator: ":").first }
    let rubbish = ["evt/a/b/c", "evt/finding", "evt/finding", "evt/finding", "twin/posture"]
    #expect(topics.sorted() == rubbish.map { "kadomori/v1/\(gateway)/\($0)" })
  }

  @Test func `one record that the store refuses is set aside, and those beside it are stored`() async throws {
    let broker = try Broker()
    let port = broker.port
    let path = broker.directory.path + "/fleet.sqlite"
    _ = try FleetStore.open(path)
    try Self.refusePoison(path)
    try await collecting(port, into: path) {
      let pump = try Pump.connected("gateway", to: port)
      try pump.subscribe(Self.status)
      try Self.collector(online: true, seenBy: pump)
      try pump.subscribe(Self.ack)
      for seq in 1...40 as ClosedRange<Int64> {
        try pump.session.publish(Self.event(seq, device: seq == 17 ? "poison" : "dev-\(seq)"))
      }
      #expect(try Self.acknowledged(40, by: pump).stored == 16)
    }
    let devices = try rows(path)?.findings.map(\.device) ?? []
    #expect(Set(devices) == Set((1...40).filter { $0 != 17 }.map { "dev-\($0)" }))
    #expect(try FleetStore.openToRead(path).setAside(newest: 10).counts == ["store": 1])
    #expect(try FleetStore.openToRead(path).check().faults == [])
  }

  private static func refusePoison(_ path: String) throws {
    let file = try SQLiteFile(path, manyReaders: false)
    try file.write { db in
      try db.execute(
        sql: """
          CREATE TRIGGER poison BEFORE INSERT ON finding WHEN NEW.device = 'poison'
          BEGIN SELECT RAISE(ABORT, 'poison'); END
          """)
    }
    try file.close()
  }

  @Test func `says farewell, and reads what came while it was away`() async throws {
    let broker = try Broker()
    let port = broker.port
    let path = broker.directory.path + "/fleet.sqlite"
    let tap = try ContractTap(on: port)
    let pump = try Pump.connected("gateway", to: port)
    try pump.subscribe(Self.status)
    try pump.subscribe(Self.ack)
    nonisolated(unsafe) let watcher = pump
    try await collecting(port, into: path) { try Self.collector(online: true, seenBy: watcher) }
    try await blocking {
      try Self.collector(online: false, seenBy: watcher)
      for seq in 1...5 as ClosedRange<Int64> { try watcher.publish(Self.event(seq)) }
    }
    try await collecting(port, into: path) {
      let ack = try Self.acknowledged(5, by: watcher)
      #expect(ack == AckBody(stored: 5))
    }
    #expect(try tap.violations() == [])
  }

  @Test func `comes back after the broker was killed`() async throws {
    let broker = try Broker()
    let port = broker.port
    let path = broker.directory.path + "/fleet.sqlite"
    nonisolated(unsafe) let shared = broker
    try await collecting(port, into: path) {
      let first = try Pump.connected("gateway", to: port)
      try first.subscribe(Self.status)
      try Self.collector(online: true, seenBy: first)
      try first.subscribe(Self.ack)
      try first.session.publish(Self.event(1))
      try Self.acknowledged(1, by: first)
      shared.crash()
      try first.wait { if case .disconnected = $0 { true } else { false } }
      try shared.restart()
      let second = try Pump.connected("gateway", to: port)
      try second.subscribe(Self.status)
      try Self.collector(online: true, seenBy: second)
      try second.subscribe(Self.ack)
      try second.session.publish(Self.event(2))
      #expect(try Self.acknowledged(2, by: second) == AckBody(stored: 2))
    }
  }

  /// A broker that was killed remembers what it had last written to its disk: here a session of ours from before it
  /// knew what that subscribes to.
  @Test func `hears again after a broker remembers the session and not its subscriptions`() async throws {
    let broker = try Broker("persistence true\nuser root\n") { port, directory in
      "listener \(port) 127.0.0.1\nallow_anonymous true\npersistence_location \(directory.path)/\n"
    }
    let port = broker.port
    let memory = broker.directory.path + "/mosquitto.db"
    let session = try Pump(MQTTConfiguration(clientID: "collector", sessionExpiry: .seconds(3600)), to: port)
    try session.wait { if case .connected = $0 { true } else { false } }
    _ = session.session.disconnect()
    // Asked to end, it writes all it knows.
    broker.end()
    let old = try Data(contentsOf: URL(filePath: memory))
    try broker.restart()
    let path = broker.directory.path + "/fleet.sqlite"
    nonisolated(unsafe) let shared = broker
    try await collecting(port, into: path) {
      let first = try Pump.connected("gateway", to: port)
      try first.subscribe(Self.status)
      try Self.collector(online: true, seenBy: first)
      shared.crash()
      try old.write(to: URL(filePath: memory))
      try shared.restart()
      let second = try Pump.connected("gateway", to: port)
      try second.subscribe(Self.status)
      try Self.collector(online: true, seenBy: second)
      try second.subscribe(Self.ack)
      try second.session.publish(Self.event(1))
      #expect(try Self.acknowledged(1, by: second) == AckBody(stored: 1))
    }
  }
}
