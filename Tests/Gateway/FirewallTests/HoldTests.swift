import Addresses
import BrokerFixture
import Foundation
import Posture
import Testing

@testable import Firewall

/// Devices behind the gateway after a power loss: the kernel holds them back, and lets them go by itself.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HoldTests {
  private static let far = "2001:db8:1::2"
  private static let near = "2001:db8:9::1"

  private func mac(_ gateway: Gateway) throws -> String {
    try gateway.run(in: "lan", ["cat", "/sys/class/net/eth0/address"]).text
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Has the device open a connection, holds `mac` back, and returns when each of its connections came about.
  private func times(
    _ gateway: Gateway, holding mac: String, for seconds: Int, then: () throws -> Void = {}
  ) throws -> [String: Double] {
    try gateway.activate()
    try gateway.listen(in: "wan", "tcp/4443", "udp/4443")
    try gateway.listen(in: "gw", "tcp/53", "udp/53")
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/held-device.py"
    let go = gateway.directory.path + "/go"
    try gateway.start(in: "lan", ["python3", script, Self.far, Self.near, "4443", go], log: "device.log")
    try gateway.until("the device has a connection") {
      gateway.directory.read("device.log").contains("ready") ? true : nil
    }
    let held = try gateway.kadomori("hold-devices", "--interface", "lan0", "--device", "\(mac)=\(seconds)")
    try #require(held.status == 0, "\(held)")
    try then()
    try gateway.directory.write("go", "")
    let line = try gateway.until("all came about", seconds: 60) {
      gateway.directory.read("device.log").split(separator: "\n").first { $0.hasPrefix("{") }
    }
    let found = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
    return found.compactMapValues { $0 as? Double }
  }

  @Test func `new connections wait, nothing else does, and the kernel lets go by itself`() throws {
    let gateway = try Gateway()
    let times = try times(gateway, holding: try mac(gateway), for: 5) {
      // Nobody is there any more who could let the device go.
      try gateway.killAll()
    }
    let (tcp, udp) = (try #require(times["tcp"]), try #require(times["udp"]))
    for name in ["old", "gateway_tcp", "gateway_udp"] {
      let time = try #require(times[name], "\(name): \(times)")
      #expect(time < tcp && time < udp, "\(name): \(times)")
    }
    // The kernel's five seconds began while the helper answered and was killed.
    #expect(tcp > 1 && udp > 1, "\(times)")
    #expect(try gateway.rules("list", "table", "inet", "kadomori_hold").contains("drop"))
  }

  @Test func `another device is not held, and opening everything lets everybody go`() throws {
    let gateway = try Gateway()
    let times = try times(gateway, holding: "02:00:00:00:00:99", for: 120)
    #expect(times.count == 5, "\(times)")
    #expect(try gateway.rules("list", "set", "inet", "kadomori_hold", "held").contains("02:00:00:00:00:99"))
    #expect(try gateway.kadomori("undo", "--all").status == 0)
    #expect(!(try gateway.rules("list", "tables").contains("kadomori_hold")))
  }

  @Test(arguments: [
    "02:00:00:00:00:99=0", "02:00:00:00:00:99=121", "02:00:00:00:00:99=-5",
    "02:00:00:00:00:99=31536000", "02:00:00:00:00:99", "nobody=5",
  ]) func `what would hold nobody, or for too long, is refused`(_ device: String) throws {
    let gateway = try Gateway()
    try gateway.activate()
    #expect(try gateway.kadomori("hold-devices", "--interface", "lan0", "--device", device).status == 64)
    #expect(try gateway.rules("list", "tables") == "")
  }

  @Test func `its text is bounded, drops and nothing else`() throws {
    func devices(_ count: Int) throws -> [LANHold.Device] {
      try (0..<count).map { number in
        let octets = [2, 0, 0, 0, UInt8(number >> 8), UInt8(number & 255)]
        return LANHold.Device(mac: try #require(MACAddress(octets: octets)), seconds: 60)
      }
    }
    let most = LANHold(interface: "lan0", devices: try devices(LANHold.limit))
    try most.check()
    #expect(!most.text.contains("reject") && !most.text.contains("hook input"))
    for line in most.text.split(separator: "\n") where line.contains("@held") {
      #expect(line.hasSuffix("counter drop") && line.contains("iifname \"lan0\""))
    }
    for order in [
      LANHold(interface: "lan0", devices: try devices(LANHold.limit + 1)),
      LANHold(interface: "lan0", devices: []),
      LANHold(interface: "lan0\"; flush ruleset", devices: try devices(1)),
      LANHold(interface: "lan*", devices: try devices(1)),
      LANHold(interface: "lan0", devices: try devices(1) + devices(1)),
    ] {
      #expect(throws: FirewallError.self) { try order.check() }
    }
  }

  /// What was dropped for coming too often.
  private func dropped(_ gateway: Gateway) throws -> Int {
    try gateway.rules("list", "chain", "inet", "kadomori_hold", "pace")
      .matches(of: /counter packets (\d+)/).compactMap { Int($0.1) }.reduce(0, +)
  }

  /// Has the device begin thirty connections at once, and waits until each has come about.
  private func hurry(_ gateway: Gateway) throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/hasty-device.py"
    let result = try gateway.run(in: "lan", ["python3", script, Self.far, "4443", "30"])
    #expect(result.text.trimmingCharacters(in: .whitespacesAndNewlines) == "30", "\(result)")
  }

  @Test func `new connections come a few at a time, all of them, and the kernel ends that by itself`() throws
  {
    let gateway = try Gateway()
    try gateway.activate()
    try gateway.listen(in: "wan", "tcp/4443")
    func pace(_ mac: String, for seconds: Int) throws {
      let paced = try gateway.kadomori(
        "hold-devices", "--interface", "lan0", "--device", "\(mac)=1", "--pace", "\(seconds)")
      try #require(paced.status == 0, "\(paced)")
    }
    func waits(until set: String) throws {
      try gateway.until("the kernel has emptied '\(set)'") {
        try gateway.rules("list", "set", "inet", "kadomori_hold", set).contains("expires") ? nil : true
      }
    }
    // Another device's pace is no matter of this one's.
    try pace("02:00:00:00:00:99", for: 60)
    try hurry(gateway)
    #expect(try dropped(gateway) == 0)

    try pace(try mac(gateway), for: 12)
    // Nobody is there any more who could end it.
    try gateway.killAll()
    try waits(until: "held")
    try hurry(gateway)
    // Thirty at once, of which ten and five a second may pass: the others tried again, and none was refused.
    let count = try dropped(gateway)
    #expect(count >= 10)
    try waits(until: "paced")
    try hurry(gateway)
    #expect(try dropped(gateway) == count)
  }

  @Test(arguments: [0, -1, 601, 31_536_000]) func `a pace of no time, or of too long, is refused`(
    _ seconds: Int
  ) throws {
    let octets: [UInt8] = [2, 0, 0, 0, 0, 1]
    let device = LANHold.Device(mac: try #require(MACAddress(octets: octets)), seconds: 5)
    let order = LANHold(interface: "lan0", devices: [device], paceSeconds: seconds)
    #expect(throws: FirewallError.self) { try order.check() }
  }

  /// The agent itself, after a power loss: what the report of before says may wait is held, and nothing else.
  @Test func `after a power loss the agent holds what may wait, where the owner asks for it`() throws {
    for asks in [true, false] {
      let gateway = try Gateway()
      try gateway.activate()
      let place = gateway.directory.path
      try gateway.directory.write(
        "kadomori.yaml", "lan: [{interface: lan0, hold_after_power_loss: \(asks)}]\n")
      func device(_ last: UInt8, _ kind: DeviceKind, _ profile: String?) throws -> Device {
        Device(
          id: "dev-\(last)", mac: MACAddress(octets: [2, 0, 0, 0, 1, last]), kind: kind, profile: profile)
      }
      let report = PostureReport(
        scan: ScanFacts(
          interface: "lan0", networks: [], started: WallTime(milliseconds: 0), durationMilliseconds: 1,
          complete: true),
        devices: [
          try device(1, .printer, "printer-cups"), try device(2, .tv, "television"),
          try device(3, .phone, "phone-sip"), try device(4, .plc, "plc-s7"), try device(5, .unknown, nil),
          try device(6, .unknown, "printer-cups"), try device(7, .tv, nil),
        ], findings: [])
      try gateway.directory.write(
        "state/posture-lan0.json", String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
      try gateway.directory.write(
        "state/start",
        "kadomori start 1\nboot 00000000-0000-4000-8000-000000000000\nuptime_ms 1000\nended not-yet\nwhole\n")
      let profiles = Gateway.sources + "/../firmware-profiles"
      try gateway.start(
        in: "gw",
        [
          "env", "LANG=C.UTF-8", "KADOMORI_FIREWALL_SOCKET=\(place)/helper.sock", Gateway.program, "run",
          "--config", place + "/kadomori.yaml", "--state", place + "/state", "--runtime", place + "/run",
          "--profiles", profiles,
        ], log: "agent.log")
      let log = { gateway.directory.read("agent.log") }
      try gateway.until("power was lost, by its log") { log().contains("power was lost") ? true : nil }
      guard asks else {
        try gateway.until("it scans") { log().contains("scanning lan0") ? true : nil }
        #expect(!log().contains("begin their connections"))
        continue
      }
      try gateway.until("it holds two") {
        log().contains("lan0: 2 devices begin their connections within ") ? true : nil
      }
      let held = try gateway.rules("list", "set", "inet", "kadomori_hold", "held")
      #expect(held.contains("02:00:00:00:01:01") || held.contains("02:00:00:00:01:02"), "\(held)")
      for last in 3...7 { #expect(!held.contains("02:00:00:00:01:0\(last)"), "\(held)") }
    }
  }
}
