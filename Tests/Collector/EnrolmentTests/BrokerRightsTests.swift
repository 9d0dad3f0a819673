import BrokerFixture
import Cryptography
import Enrolment
import FleetContract
import FleetStore
import MQTTClient
import Posture
import Testing

/// What a certificate allows on a real mosquitto, topic by topic.
@Suite(.serialized, .timeLimit(.minutes(2))) struct BrokerRightsTests {
  private static let written = [
    "status", "twin/posture", "twin/devices", "twin/exposures", "twin/devices/2", "evt/finding", "met/scan",
    "res/c1",
  ]
  private static let read = ["ack", "note/n1", "cmd/scan/c1"]

  /// Whether a message that `from` publishes reaches `to`; a marker behind it says when to stop waiting.
  private func arrives(
    _ topic: String, from: Pump, to: Pump, marker: String, markedBy: Pump
  ) throws -> Bool {
    try from.publish(MQTTMessage(topic: topic, payload: Array("x".utf8), retain: false))
    let end = Array("\(ContinuousClock.now)".utf8)
    // Not waited for: waiting would pass over the marker where it comes back to its own sender.
    try markedBy.session.publish(MQTTMessage(topic: marker, payload: end))
    var came = false
    try to.wait {
      guard case .message(let message) = $0 else { return false }
      if message.topic == topic { came = true }
      return message.topic == marker && message.payload == end
    }
    return came
  }

  @Test func `who brings notices to pages writes these and nothing else, and reads nobody`() throws {
    let office = try Office()
    let broker = try office.broker()
    let collector = try office.collector(broker)
    let gateway = try office.gateway()
    let household = try office.connected(broker, gateway.files)
    let writer = try office.connected(broker, (office.room.files.notes, office.room.files.notesKey))
    let own = "kadomori/v1/\(gateway.id)/"
    let marker = "kadomori/v1/_policy/marker"
    try household.subscribe("kadomori/v1/#")
    for channel in Self.read {
      let came = try arrives(
        own + channel, from: writer, to: household, marker: marker, markedBy: collector)
      #expect(came == channel.hasPrefix("note/"), "\(channel)")
    }
    try collector.subscribe("kadomori/v1/#")
    for channel in Self.written {
      #expect(
        try !arrives(own + channel, from: writer, to: collector, marker: marker, markedBy: collector),
        "\(channel)")
    }
    // The marker everybody may read.
    try writer.subscribe("kadomori/v1/#")
    #expect(
      try !arrives(own + "status", from: household, to: writer, marker: marker, markedBy: collector))
  }

  @Test func `a gateway writes and reads its own topics and none of another's`() throws {
    let office = try Office()
    let broker = try office.broker()
    let collector = try office.collector(broker)
    let first = try office.gateway()
    let second = try office.gateway()
    let mine = try office.connected(broker, first.files)
    // The name of the certificate counts, whatever a client calls itself.
    let foreign = try office.connected(broker, second.files, named: first.id.text)
    try collector.subscribe("kadomori/v1/#")
    let own = "kadomori/v1/\(first.id)/"
    let marker = "kadomori/v1/_policy/marker"
    for channel in Self.written {
      #expect(
        try arrives(own + channel, from: mine, to: collector, marker: marker, markedBy: collector),
        "own \(channel)")
      #expect(
        try !arrives(own + channel, from: foreign, to: collector, marker: marker, markedBy: collector),
        "another's \(channel)")
    }
    for channel in Self.read {
      #expect(
        try !arrives(own + channel, from: mine, to: collector, marker: marker, markedBy: collector),
        "write \(channel)")
    }
    try mine.subscribe("kadomori/v1/#")
    try foreign.subscribe("kadomori/v1/#")
    for channel in Self.read {
      #expect(
        try arrives(own + channel, from: collector, to: mine, marker: marker, markedBy: collector),
        "read \(channel)")
      #expect(
        try !arrives(own + channel, from: collector, to: foreign, marker: marker, markedBy: collector),
        "read another's \(channel)")
    }
    for channel in Self.written {
      #expect(
        try !arrives(own + channel, from: mine, to: foreign, marker: marker, markedBy: collector),
        "hear another's \(channel)")
    }
  }

  @Test func `a revoked gateway loses its rights, its session and its way back`() throws {
    let office = try Office()
    let broker = try office.broker()
    let collector = try office.collector(broker)
    let gateway = try office.gateway()
    let session = try office.connected(broker, gateway.files)
    try collector.subscribe("kadomori/v1/#")
    let topic = "kadomori/v1/\(gateway.id)/evt/finding"
    let marker = "kadomori/v1/_policy/marker"
    #expect(try arrives(topic, from: session, to: collector, marker: marker, markedBy: collector))

    let began = ContinuousClock.now
    #expect(try office.store.revoke(gateway.id, reason: "stolen", at: Office.now))
    try office.room.writeLists(office.store, collectors: [Office.collector], now: Office.now)
    broker.signal(1)
    // The broker reads its lists between two packets; from some message on, none arrives.
    var tries = 0
    while try arrives(topic, from: session, to: collector, marker: marker, markedBy: collector) {
      tries += 1
      try #require(tries < 1000)
    }
    let takeover = try office.room.takeoverFiles(for: gateway.id, now: Office.now)
    let taker = try office.connected(broker, takeover)
    try session.wait { if case .disconnected = $0 { true } else { false } }
    #expect(ContinuousClock.now - began < .seconds(5))
    _ = taker.session.disconnect()
    #expect(throws: FixtureError.self) { try office.connected(broker, gateway.files) }
    // The collector, and everybody else, goes on.
    _ = try office.connected(broker, office.gateway().files)
  }

  @Test func `an expired, an early and a strange certificate open nothing`() throws {
    let office = try Office()
    let broker = try office.broker()
    for other in [
      try Office(lifetime: .seconds(-10)), try Office(backdating: .seconds(-3600)), try Office(),
    ] {
      let key = try KeyPair()
      let own = try other.gateway(key)
      #expect(throws: FixtureError.self) { try office.connected(broker, own.files) }
    }
    for terms in [
      EnrolmentDesk.Terms(broker: .init(host: "h", port: 1, name: "n"), lifetime: .seconds(-10)),
      EnrolmentDesk.Terms(broker: .init(host: "h", port: 1, name: "n"), backdating: .seconds(-3600)),
    ] {
      let desk = EnrolmentDesk(office.room, store: office.store, terms: terms, operators: { [] })
      let key = try KeyPair()
      let answer = try desk.enrol(office.request(key, office.token()), from: "a", now: Office.now).get()
      let id = try #require(GatewayID(answer.gateway))
      let gateway = try office.keep(key, certificate: answer.certificate, id: id)
      #expect(throws: FixtureError.self) { try office.connected(broker, gateway.files) }
    }
  }
}
