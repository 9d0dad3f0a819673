import Addresses
import Cryptography
import Dashboard
import FleetContract
import FleetStore
import Foundation
import Posture
import Trials
import Web

/// Asks a dashboard, over HTTP, for its pages of a ``World`` with arguments that chance chooses, and judges the answers by
/// what is asked of pages.
struct PageTimes {
  let place: String
  let rounds: Int

  /// The time in which nineteen of twenty answers have to be there.
  private static let asked = Duration.milliseconds(300)
  /// Requests of each kind that are made before any is timed.
  private static let warming = 5

  func run() throws -> Bool {
    let store = try FleetStore.open(place)
    let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    let gateways = try store.counts(now: now).gateways.values.reduce(0, +)
    let findings = try store.countFindings(FindingFilter(all: true), now: now)
    let server = try DashboardServer(
      on: .address(Endpoint(.v4(IPv4Address(bits: 0x7f00_0001)), 0)), front: .proxy, store: store)
    guard case .address(let endpoint) = server.server.place else { throw CocoaError(.coderInvalidValue) }
    let running = Task { try await server.run() }
    defer { running.cancel() }
    let `operator` = try visit(store, "measure-operator", .operator, nil, now)
    let tenant = try visit(store, "measure-tenant", .tenant, ["area-7"], now)
    _ = try store.begin(
      "measured", arms: [Trial.Arm("letter", weight: 1)], holdOut: 0.2, key: [UInt8](repeating: 7, count: 32),
      at: WallTime(milliseconds: now.milliseconds - 60 * 86_400_000))
    print(
      "\(gateways) gateways, \(findings) findings; \(rounds) of each with arguments by chance; load \(Self.load)"
    )
    let client = PageClient(port: endpoint.port)
    var isKept = true
    print(Self.row("", "p50", "p95", "most"))
    var random = SplitMix(state: 7)
    func judge(_ name: String, _ rounds: Int, warming: Int, _ ask: () throws -> Void) throws {
      let clock = ContinuousClock()
      for _ in 0..<warming { try ask() }
      var times: [Duration] = []
      for _ in 0..<rounds { times.append(try clock.measure(ask)) }
      times.sort()
      let p95 = times[min(times.count - 1, times.count * 95 / 100)]
      isKept = isKept && p95 <= Self.asked
      let mark = p95 <= Self.asked ? "" : "   <- over 300 ms"
      print(
        Self.row(name, Self.text(times[times.count / 2]), Self.text(p95), Self.text(times[times.count - 1]))
          + mark)
    }
    for (who, cookie) in [("", `operator`), (", a tenant's", tenant)] {
      let questions = try PageQuestions(client, cookie, gateways: gateways, isTenant: !who.isEmpty)
      for (name, path) in questions.all {
        try judge(name + who, rounds, warming: Self.warming) {
          let answer = try client.get(path(&random), cookie: cookie)
          guard answer.status == 200 else { throw Unexpected(name: name, answer: answer) }
        }
      }
    }
    for (name, groups) in [("numbers of everything", nil), ("numbers of an area", ["area-7"])] {
      try judge("\(name), made anew", min(rounds, 20), warming: 1) {
        _ = try store.counts(inGroups: groups, now: now)
        _ = try store.agreement(inGroups: groups)
        _ = try store.findingDays(
          since: WallTime(milliseconds: now.milliseconds - 30 * 86_400_000), groups: groups)
      }
    }
    try judge("what changed last", min(rounds, 20), warming: 1) { _ = try store.latestChanges(limit: 50) }
    print(isKept ? "kept: each p95 is within 300 ms" : "NOT KEPT: a p95 is over 300 ms")
    print("load \(Self.load)")
    return isKept
  }

  private struct Unexpected: Error, CustomStringConvertible {
    var name: String
    var answer: PageClient.Answer
    var description: String { "\(name): \(answer.text.prefix(400))" }
  }

  /// Somebody who is signed in, as a cookie.
  private func visit(
    _ store: FleetStore, _ name: String, _ role: Account.Role, _ groups: [String]?, _ now: WallTime
  ) throws -> String {
    _ = try store.add(Account(name, role, groups: groups, password: "none", created: now), by: "measure")
    let secret = Hexadecimal.text(try Digest.random(32))
    try store.beginVisit(
      Hexadecimal.text(Digest.sha256(Array(secret.utf8))), of: name, from: "127.0.0.1", at: now)
    return "__Host-kadomori=\(secret)"
  }

  static var load: String {
    (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)).map { String($0.prefix(14)) } ?? "?"
  }

  private static func text(_ time: Duration) -> String {
    String(format: "%.1f ms", time / .microseconds(1) / 1000)
  }

  private static func row(_ name: String, _ cells: String...) -> String {
    name.padding(toLength: 52, withPad: " ", startingAt: 0)
      + cells.map { String(repeating: " ", count: max(0, 12 - $0.count)) + $0 }.joined()
  }
}
