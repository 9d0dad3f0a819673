import BrokerFixture
import FleetContract
import FleetStore
import Ingest
import Logging
import MQTTClient
import Posture
import SQLStore
import ServiceLifecycle
import Testing

/// What goes out for tenants, and when, with a real broker and a real store.
@Suite(.serialized, .timeLimit(.minutes(2))) struct TenantOutletTests {
  private static let city = known(TopicName("city"))
  private static let group = known(TopicName("area-7"))
  private static let topic = "kadomori/v1/isp/city/\(gateway)/evt/finding"

  /// A store in which the gateway has enrolled for the tenant's area.
  private func store(in broker: Broker) throws -> FleetStore {
    let store = try FleetStore.open(broker.directory.path + "/fleet.sqlite")
    try store.add(
      EnrolmentGrant(
        id: "g", kind: .claim, group: Self.group.description, created: noon,
        expires: WallTime(milliseconds: .max / 2), usesLeft: 9), secretHash: nil)
    let outcome = try store.redeem(
      Redemption(grant: "g", kind: .claim, secretHash: nil, gateway: gateway, now: noon))
    #expect(outcome == .accepted(group: Self.group.description))
    return store
  }

  private func collecting(
    _ port: UInt16, _ store: FleetStore, maximum: Int = 20_000, _ board: NoticeBoard = NoticeBoard(),
    _ body: @escaping @Sendable () throws -> Void
  ) async throws {
    let inbox = Inbox()
    let identity = CollectorIdentity(
      name: known(TopicName("test")), run: try store.beginRun(at: noon),
      configuration: MQTTConfiguration(clientID: "collector"))
    let link = try BrokerLink(
      to: BrokerAddress(host: "localhost", port: port), as: identity, inbox: inbox, board: board)
    let queue = TenantQueue([(Self.city, [Self.group])], board: board, maximum: maximum)
    let ingester = Ingester(from: inbox, into: store, over: link, board: board, tenants: queue)
    let outlet = TenantOutlet(queue, from: store, over: link, board: board)
    let group = ServiceGroup(services: [link, outlet, ingester], logger: Logger(label: "test"))
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

  private static func event(_ seq: Int64, device: String) throws -> MQTTMessage {
    MQTTMessage(
      topic: "kadomori/v1/\(gateway)/evt/finding", payload: try payload(findingEvent(device), seq: seq))
  }

  /// The collector listens once it says that it is there.
  private static func tenant(on port: UInt16) throws -> Pump {
    let pump = try Pump.connected("tenant", to: port)
    try pump.subscribe("kadomori/v1/_collector/test/status")
    while try !CollectorStatus(payload: pump.message(on: "kadomori/v1/_collector/test/status").payload).online
    {}
    try pump.subscribe("kadomori/v1/isp/#")
    return pump
  }

  /// The numbers of the findings that are heard, up to one.
  private static func numbers(_ pump: Pump, upTo last: Int64) throws -> [Int64] {
    var all: [Int64] = []
    while all.last != last {
      let text = String(decoding: try pump.message(on: topic).payload, as: UTF8.self)
      let digits = text.split(separator: "\"seq\":").last?.prefix { $0.isNumber }
      all.append(known(digits.flatMap { Int64($0) }))
    }
    return all
  }

  private static func refusePoison(_ path: String) throws {
    let file = try SQLiteFile(path, manyReaders: false)
    try file.write { db in
      try db.execute(
        sql: """
          CREATE TRIGGER poison BEFORE INSERT ON finding WHEN NEW.device = 'dev-poison'
          BEGIN SELECT RAISE(ABORT, 'poison'); END
          """)
    }
    try file.close()
  }

  @Test func `a record goes out once it is stored, in its order, and never twice`() async throws {
    let broker = try Broker()
    let port = broker.port
    let store = try store(in: broker)
    try Self.refusePoison(store.path)
    let tap = try ContractTap(on: port)
    try await collecting(port, store) {
      let tenant = try Self.tenant(on: port)
      let pump = try Pump.connected("gateway", to: port)
      for seq in 1...40 as ClosedRange<Int64> {
        try pump.session.publish(Self.event(seq, device: seq == 17 ? "dev-poison" : "dev-\(seq)"))
      }
      for seq in [3, 40, 41] as [Int64] { try pump.publish(Self.event(seq, device: "dev-\(seq)")) }
      #expect(try Self.numbers(tenant, upTo: 41) == (1...41).filter { $0 != 17 })
      try pump.publish(Self.event(41, device: "dev-41"))
      try pump.publish(Self.event(42, device: "dev-42"))
      #expect(try Self.numbers(tenant, upTo: 42) == [42])
    }
    #expect(try tap.violations() == [])
  }

  @Test func `states are with the broker again after it has lost them`() async throws {
    let broker = try Broker()
    let port = broker.port
    let store = try store(in: broker)
    nonisolated(unsafe) let shared = broker
    try await collecting(port, store) {
      let posture = "kadomori/v1/isp/city/\(gateway)/posture"
      let tenant = try Self.tenant(on: port)
      let pump = try Pump.connected("gateway", to: port)
      try pump.publish(
        MQTTMessage(
          topic: "kadomori/v1/\(gateway)/twin/posture",
          payload: try payload(PostureSummary(of: [], agentVersion: "1.2"), seq: 1), retain: true))
      let first = try tenant.message(on: posture)
      shared.crash()
      try tenant.wait { if case .disconnected = $0 { true } else { false } }
      try shared.restart()
      let later = try Self.tenant(on: port)
      #expect(try later.message(on: posture).payload == first.payload)
    }
  }

  @Test func `what does not fit is counted, and the store is not held up`() async throws {
    let broker = try Broker()
    let port = broker.port
    let store = try store(in: broker)
    let board = NoticeBoard()
    try await collecting(port, store, maximum: 0, board) {
      let pump = try Self.tenant(on: port)
      try pump.subscribe("kadomori/v1/\(gateway)/ack")
      for seq in 1...20 as ClosedRange<Int64> {
        try pump.session.publish(Self.event(seq, device: "dev-\(seq)"))
      }
      while try !Envelope<AckBody>(
        payload: pump.message(on: "kadomori/v1/\(gateway)/ack").payload, from: gateway
      ).body.covers(20) {}
    }
    #expect(board.figures.values.tenantFindingsLost == 20)
    #expect(board.figures.values.tenantFindings == 0)
  }
}
