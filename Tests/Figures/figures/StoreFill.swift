import FleetContract
import FleetStore
import Foundation
import GRDB
import Posture

/// Fills a new store with a fleet that nobody has, quickly: what is derived is worked out at the end.
struct StoreFill {
  let path: String
  let gateways: Int
  let findingsEach: Int

  private static let checks = [
    "telnet-open", "upnp-open", "old-firmware", "weak-tls", "camera-open", "smb-open",
  ]
  private static let protocols = ["telnet", "ssdp", "http", "http", "rtsp", "smb"]
  private static let ports = [23, 1900, 80, 443, 554, 445]
  private static let kinds = ["camera", "nas", "printer", "router", "tv", "hub", "plc", "unknown"]
  private static let day: Int64 = 86_400_000

  /// The name of a gateway by its number; the same in every run.
  static func name(_ number: Int) -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyz234567")
    var text = ""
    var rest = UInt64(bitPattern: Int64(number)) &* 0x9E37_79B9_7F4A_7C15
    for _ in 0..<12 {
      text.append(letters[Int(rest & 31)])
      rest >>= 5
    }
    var tail = number
    for _ in 0..<4 {
      text.append(letters[tail & 31])
      tail >>= 5
    }
    return "gw-" + text
  }

  func run() throws {
    _ = try FleetStore.open(path)
    let queue = try DatabaseQueue(path: path)
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    var random = SplitMix(state: 20_261_127)
    var number = 0
    while number < gateways {
      let part = number..<min(gateways, number + 2000)
      try queue.write { db in
        for gateway in part { try write(gateway, now, &random, db) }
      }
      number = part.upperBound
    }
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    try queue.close()
    let store = try FleetStore.open(path)
    print("\(gateways) gateways are written; working out what follows")
    try store.repair()
  }

  private func write(_ number: Int, _ now: Int64, _ random: inout SplitMix, _ db: Database) throws {
    let gateway = Self.name(number)
    func run(_ sql: String, _ arguments: StatementArguments) throws {
      try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }
    let cause = number % 50 == 0 ? "lost" : "power"
    try run(
      """
      INSERT INTO gateway (id, first_received, last_received, online, birth, cause, agent, queued, status_since,
        status_received) VALUES (?, ?, ?, ?, 1, ?, '1.0', 0, ?, ?)
      """, [gateway, now - 90 * Self.day, now, number % 20 == 0 ? 0 : 1, cause, now, now])
    try run(
      "INSERT INTO enrolment (gateway, \"group\", enrolled) VALUES (?, ?, ?)",
      [gateway, "area-\(number % 100)", now - 90 * Self.day])
    let address = "10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
    try run(
      "INSERT INTO tenure (block, gateway, began, source) VALUES (?, ?, ?, 'session')",
      [address, gateway, now - 30 * Self.day])
    try run(
      """
      INSERT INTO posture (gateway, seq, grade, devices, services, critical, high, medium, low, info, closings, agent,
        complete, time, received) VALUES (?, 1, ?, 10, 20, 0, 1, 2, 3, 4, 0, '1.0', 1, ?, ?)
      """, [gateway, ["A", "B", "C", "D", "E"][number % 5], now, now])
    for device in 0..<10 {
      let kind = Self.kinds[(number + device) % Self.kinds.count]
      let facts = """
        {"id":"dev-\(number)-\(device)","kind":"\(kind)","confidence":0.9,"names":["\(kind)-\(number)-\(device)"],\
        "services":[]}
        """
      try run(
        "INSERT INTO device (gateway, id, part, kind, last_seen, facts) VALUES (?, ?, 1, ?, ?, ?)",
        [gateway, "dev-\(number)-\(device)", kind, now, facts])
    }
    try run("INSERT INTO inside_look VALUES (?, 1, ?, 1)", [gateway, now])
    for index in 0..<findingsEach { try finding(number, gateway, address, index, now, &random, run) }
  }

  private func finding(
    _ number: Int, _ gateway: String, _ address: String, _ index: Int, _ now: Int64, _ random: inout SplitMix,
    _ run: (String, StatementArguments) throws -> Void
  ) throws {
    let which = Int(random.next() % UInt64(Self.checks.count))
    // One in ten thousand is a facility's name.
    let check = random.next() % 10_000 == 0 ? "facility-named-page" : Self.checks[which]
    let severity = ["info", "low", "low", "medium", "medium", "medium", "high", "critical"][
      Int(random.next() % 8)]
    let device = "dev-\(number)-\(index % 10)"
    let port = Self.ports[which] + index / 10 * 10_000
    let id = "\(check):\(device):tcp/\(port)"
    let detected = now - Int64(random.next() % UInt64(90 * Self.day))
    let isOpen = random.next() % 3 == 0
    let facts = """
      {"id":"\(id)","check":"\(check)","severity":"\(severity)","device":"\(device)","service":"tcp/\(port)",\
      "evidence":{"protocol":"\(Self.protocols[which])"},"remedy":"close-port"}
      """
    try run(
      """
      INSERT INTO finding (gateway, id, is_open, "check", severity, device, facts, seq, changed_received)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """, [gateway, id, isOpen, check, severity, device, facts, index + 2, detected])
    var steps = [("opened", detected)]
    if random.next() % 4 == 0 { steps.append(("notified", detected + 3_600_000)) }
    if !isOpen { steps.append(("closed", detected + Int64(random.next() % UInt64(now - detected + 1)))) }
    for (step, time) in steps {
      try run(
        "INSERT INTO finding_step (gateway, finding, step, time) VALUES (?, ?, ?, ?)",
        [gateway, id, step, time])
    }
    // Every tenth is muted for a while, and every tenth port was looked at from outside.
    if random.next() % 100 == 0 {
      try run(
        """
        INSERT INTO finding_decision VALUES (?, ?, 'muted', 'anna', 'known', ?, ?, 'critical') ON CONFLICT DO NOTHING
        """, [gateway, id, detected, now + Int64(random.next() % 30) * Self.day - 10 * Self.day])
    }
    guard random.next() % 10 == 0 else { return }
    try run(
      "INSERT INTO inside_port VALUES (?, 'tcp', ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      [gateway, port, isOpen ? "seen" : "not_seen", detected, now])
    try run(
      """
      INSERT INTO sighting (address, transport, port, time, source, tls, state, imported, gateway)
      VALUES (?, 'tcp', ?, ?, 'scan', 0, ?, ?, ?) ON CONFLICT DO NOTHING
      """,
      [address, port, detected + 1_000_000, random.next() % 3 == 0 ? "open" : "closed", now, gateway])
  }
}

/// Numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
