import Addresses
import BrokerFixture
import FleetContract
import FleetStore
import Foundation
import Posture
import Sightings
import Testing

private func known<Value>(_ value: Value?) -> Value {
  guard let value else { preconditionFailure("a sample is not valid") }
  return value
}

/// A closing is looked at from outside: the gateway's word by a store, the port by a real kernel that drops or answers.
@Suite struct ClosingLookTests {
  private let near = known(GatewayID("gw-abcdefghij234567"))
  private let far = known(GatewayID("gw-bbcdefghij234567"))
  private let gone = known(GatewayID("gw-cbcdefghij234567"))

  private var now: WallTime { WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

  private func tell(
    _ store: FleetStore, _ gateway: GatewayID, _ seq: Int64, _ event: ClosingChange.Event,
    _ port: Addresses.Port,
    _ id: String
  ) async throws {
    let body = ClosingEvent(
      ClosingChange(event, number: seq, id: id, target: ClosingTarget(port), seconds: 600), at: now)
    let envelope = Envelope(
      gateway: gateway, seq: seq, bootID: "b", uptimeMilliseconds: 1, time: now, clockSynced: true, body: body
    )
    let text = String(decoding: try envelope.payload(), as: UTF8.self)
    _ = try await store.commit(
      Batch(arrivals: [Arrival(envelope, received: now, .event(kind: "closing", text: text))]))
  }

  private func find(_ store: FleetStore, _ seq: Int64, _ change: FindingEvent.Change) async throws -> String {
    let finding = Finding(
      check: "telnet-open", severity: .high, device: "dev-a", service: .tcp(23), remedy: "close-telnet")
    let envelope = Envelope(
      gateway: near, seq: seq, bootID: "b", uptimeMilliseconds: 1, time: now, clockSynced: true,
      body: FindingEvent(change, finding))
    _ = try await store.commit(
      Batch(arrivals: [
        Arrival(envelope, received: now, .finding(FindingEvent(change, finding), text: "{}"))
      ]))
    return finding.id
  }

  @Test func theVerdictJoinsTheCase() async throws {
    let world = try World(listening: [22, 23, 80])
    try world.answer(
      open: ["198.18.0.7 . 23", "198.18.0.7 . 80"], open6: ["2001:db8:100::7 . 23"],
      before: "ip daddr != 198.18.0.7 tcp flags & (syn|ack|rst) == syn counter name special")
    try world.authorise("198.18.0.0/24", "2001:db8:100::/120")
    // Seen open by a campaign, while the gateway's session comes from there.
    let planned = try world.plan(
      "before", "ports: [23]\nwait: 500ms\nrate: 2000\nstart_rate: 2000\ntries: 1\nmost_tries: 1\n",
      "--shards",
      "1")
    #expect(planned.status == 0, "\(planned.text)")
    let store = try FleetStore.open(world.state + "/fleet.sqlite")
    let began = WallTime(milliseconds: now.milliseconds - 60_000)
    try store.note([
      SessionChange(gateway: near, address: known(IPAddress("198.18.0.7")), time: began),
      SessionChange(gateway: far, address: known(IPAddress("203.0.113.5")), time: began),
    ])
    // Its other address is known from the provider's list.
    let other = known(AddressBlock(containing: known(IPAddress("2001:db8:100::7")), prefix: 128))
    #expect(
      try store.add([Tenure(other, holder: .gateway(near), from: began, until: nil, source: .lease)]) == 1)
    let finding = try await find(store, 1, .opened)
    #expect(try world.worker("before", log: "worker").wait() == 0, "\(world.directory.read("worker"))")
    #expect(try store.tallies(of: "before").attributed == 2)
    let others = try world.count("special")

    // The gateway says it is closed, and it is not.
    try await tell(store, near, 2, .applied, .tcp(23), "cl-1")
    var looks = try verify(world)
    #expect(
      looks == [
        "cl-1 tcp/23 198.18.0.7 still_open answered", "cl-1 tcp/23 2001:db8:100::7 still_open answered",
      ], "\(looks)")
    // Now it is, by one version of IP: what comes there is dropped.
    try world.run(
      in: "world", ["nft", "delete", "element", "inet", "world", "open6", "{ 2001:db8:100::7 . 23 }"])
    try await tell(store, near, 3, .confirmed, .tcp(23), "cl-1")
    try await tell(store, near, 4, .applied, .tcp(9999), "cl-2")
    try await tell(store, near, 5, .applied, .udp(53), "cl-3")
    try await tell(store, far, 1, .applied, .tcp(23), "cl-4")
    try await tell(store, gone, 1, .applied, .tcp(23), "cl-5")
    let before = try world.count("syns")
    looks = try verify(world)
    #expect(
      looks == [
        "cl-1 tcp/23 198.18.0.7 still_open answered", "cl-1 tcp/23 2001:db8:100::7 closed silent",
        "cl-2 tcp/9999 198.18.0.7 unjudged never_seen_open",
        "cl-2 tcp/9999 2001:db8:100::7 unjudged never_seen_open",
        "cl-3 udp/53 198.18.0.7 closed refused",
        // Who says so by IPv6 is the world's router: that address is no interface's own.
        "cl-3 udp/53 2001:db8:100::7 unjudged unreachable",
        "cl-4 tcp/23 203.0.113.5 unjudged not_authorised", "cl-5 tcp/23 - unjudged no_address",
      ], "\(looks)")
    // Exactly these ports were probed: four times each where nothing answers, and seldom where something does.
    #expect((13...24).contains(try world.count("syns") - before))
    #expect(try world.count("special") == others)
    #expect(try verify(world).isEmpty)

    // As long as one of them is open, so is the case; then it joins it, and whoever confirms is told.
    func life() throws -> String {
      try world.run(
        in: "scan",
        [World.collector, "finding", "show", near.text, finding, "--json", "--state", world.state],
        errors: false
      ).text
    }
    let open = try life()
    #expect(open.contains("\"verified_outside\" : false"), "\(open)")
    try world.run(
      in: "world", ["nft", "delete", "element", "inet", "world", "open", "{ 198.18.0.7 . 23 }"])
    try await tell(store, near, 7, .confirmed, .tcp(23), "cl-1")
    looks = try verify(world)
    #expect(
      looks == ["cl-1 tcp/23 198.18.0.7 closed silent", "cl-1 tcp/23 2001:db8:100::7 closed silent"],
      "\(looks)")
    _ = try await find(store, 8, .closed)
    let shown = try life()
    let faults = try Schemas.faults(of: shown, by: "fleet-finding-document")
    #expect(faults.isEmpty, "\(faults)")
    #expect(
      shown.contains("\"stage\" : \"closed\"") && shown.contains("\"verified_outside\" : true"), "\(shown)")
    #expect(shown.contains("\"outcome\" : \"closed\""))
    let confirm = try world.run(
      in: "scan",
      [
        World.collector, "command", "confirm", "--gateway", near.text, "--closing", "cl-1", "--key",
        world.directory.path + "/key.pem", "--state", world.state,
      ])
    #expect(
      confirm.text.contains("closed (nothing answers where it was seen open before)"), "\(confirm.text)")
  }

  /// A resolver that was seen open answers the same question no more; what nobody asked before says less.
  @Test func aPortOfUDPIsAskedWhatItAnsweredBefore() async throws {
    let world = try DatagramWorldTests.world()
    let planned = try world.plan(
      "before", "udp: [dns]\nwait: 1s\nrate: 500\nstart_rate: 500\ntries: 2\nmost_tries: 2\n", "--shards", "1"
    )
    #expect(planned.status == 0, "\(planned.text)")
    let store = try FleetStore.open(world.state + "/fleet.sqlite")
    let began = WallTime(milliseconds: now.milliseconds - 60_000)
    try store.note([SessionChange(gateway: near, address: known(IPAddress("198.18.0.1")), time: began)])
    #expect(try world.worker("before", log: "worker").wait() == 0, "\(world.directory.read("worker"))")
    #expect(try store.seenProtocol(of: .udp(53), at: near) == .dns)

    try await tell(store, near, 1, .applied, .udp(53), "cl-1")
    #expect(try verify(world) == ["cl-1 udp/53 198.18.0.1 still_open answered"])
    // What comes to the resolver is dropped now, and so is what comes to a port that was never seen open.
    for port in [53, 161] {
      let rule = "add rule inet bars incoming ip daddr 198.18.0.1 udp dport \(port) drop"
      try world.run(in: "world", ["nft"] + rule.split(separator: " ").map(String.init))
    }
    try await tell(store, near, 2, .confirmed, .udp(53), "cl-1")
    try await tell(store, near, 3, .applied, .udp(161), "cl-2")
    try await tell(store, near, 4, .applied, .udp(5683), "cl-3")
    try await tell(store, near, 5, .applied, .udp(9999), "cl-4")
    let looks = try verify(world)
    #expect(
      looks == [
        "cl-1 udp/53 198.18.0.1 closed silent", "cl-2 udp/161 198.18.0.1 unjudged never_seen_open",
        "cl-3 udp/5683 198.18.0.1 closed refused", "cl-4 udp/9999 - unjudged no_question",
      ], "\(looks)")
  }

  /// Where nobody can say whether it is closed, the reason is told.
  @Test func whyNobodyCanSayIsTold() async throws {
    let world = try World(listening: [23])
    try world.answer(
      open: ["198.18.0.7 . 23"], gone: ["198.18.0.9 . 23"],
      before: "ip daddr 198.18.0.7 tcp flags & (syn|ack|rst) == syn counter name special")
    try world.authorise("198.18.0.0/24")
    let list = try world.directory.write(
      "opt-outs.yaml", "- {block: 198.18.0.7/32, owner: Taro Yamada, reason: by telephone}\n")
    try FileManager.default.createDirectory(atPath: world.state, withIntermediateDirectories: false)
    let store = try FleetStore.open(world.state + "/fleet.sqlite")
    let began = WallTime(milliseconds: now.milliseconds - 60_000)
    let twin = known(GatewayID("gw-dbcdefghij234567"))
    for (gateway, address) in [
      (near, "198.18.0.7"), (far, "198.18.0.9"), (gone, "198.18.0.11"), (twin, "198.18.0.11"),
    ] {
      try store.note([SessionChange(gateway: gateway, address: known(IPAddress(address)), time: began)])
    }
    try await tell(store, near, 1, .applied, .tcp(23), "cl-1")
    try await tell(store, far, 1, .applied, .tcp(23), "cl-2")
    try await tell(store, gone, 1, .applied, .tcp(23), "cl-3")
    let looks = try verify(world, "--opt-outs", list)
    #expect(
      looks == [
        "cl-1 tcp/23 198.18.0.7 unjudged opted_out", "cl-2 tcp/23 198.18.0.9 unjudged unreachable",
        "cl-3 tcp/23 198.18.0.11 unjudged shared",
      ], "\(looks)")
    #expect(try world.count("special") == 0)
  }

  /// A session that ends while its address is looked at: what answers there then is nothing about that gateway.
  @Test func whoeverMovesMeanwhileIsNotJudged() async throws {
    let world = try World(listening: [23])
    try world.answer(before: "ip daddr 198.18.0.13 tcp flags & (syn|ack|rst) == syn counter name special")
    try world.authorise("198.18.0.0/24")
    try FileManager.default.createDirectory(atPath: world.state, withIntermediateDirectories: false)
    let store = try FleetStore.open(world.state + "/fleet.sqlite")
    let here = known(IPAddress("198.18.0.13"))
    // A look takes three seconds; on a busy machine word of the move may come too late for one, so there are several.
    for turn in 1...5 as ClosedRange<Int64> {
      let began = WallTime(milliseconds: now.milliseconds - 1000)
      try store.note([SessionChange(gateway: near, address: here, time: began)])
      try await tell(store, near, turn, .applied, .tcp(23), "cl-\(turn)")
      let before = try world.count("special")
      let look = try world.start(in: "scan", looking(world, "--json"), log: "look")
      try world.until("a probe") { try world.count("special") > before ? true : nil }
      try store.note([SessionChange(gateway: near, address: nil, time: now)])
      #expect(look.wait() == 0, "\(world.directory.read("look"))")
      let told = world.directory.read("look")
      if told.contains("\"reason\":\"moved\"") { return }
      #expect(told.contains("never_seen_open"), "\(told)")
    }
    Issue.record("of five looks none was made while the session ended")
  }

  private func looking(_ world: World, _ words: String...) -> [String] {
    [
      World.collector, "verify", "--authorisation", world.directory.path + "/authorised.txt", "--keys",
      world.directory.path + "/keys.json", "--interface", "scan0", "--once", "--state", world.state,
    ] + words
  }

  /// Looks once, and returns what is said: closing, service, address, outcome and reason, sorted.
  private func verify(_ world: World, _ words: String...) throws -> [String] {
    let result = try world.run(in: "scan", looking(world, "--json") + words, errors: false)
    #expect(result.status == 0)
    return try result.text.split(separator: "\n").map { line in
      let faults = try Schemas.faults(of: String(line), by: "closing-look")
      #expect(faults.isEmpty, "\(faults)")
      let document = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let look = (document?["closing_look"] as? [String: Any])?["look"] as? [String: Any] ?? [:]
      let words = ["closing", "service", "address", "outcome", "reason"]
      return words.map { look[$0] as? String ?? "-" }.joined(separator: " ")
    }.sorted()
  }
}
