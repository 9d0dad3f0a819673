import Casework
import FleetContract
import FleetStore
import Foundation
import Posture

/// Times what pages read, with arguments that chance chooses, and judges it by what is asked of pages.
struct StorePages {
  let path: String
  let rounds: Int

  /// The time in which nineteen of twenty answers have to be there.
  private static let asked = Duration.milliseconds(300)

  func run() throws -> Bool {
    let store = try FleetStore.openToRead(path)
    let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    var random = SplitMix(state: 7)
    let gateways = try store.counts(now: now).gateways.values.reduce(0, +)
    let findings = try store.countFindings(FindingFilter(all: true), now: now)
    print("\(gateways) gateways, \(findings) findings; \(rounds) of each with arguments by chance")
    func number() -> Int { Int(random.next() % UInt64(max(1, gateways))) }
    func gateway() throws -> GatewayID {
      guard let id = GatewayID(StoreFill.name(number())) else { throw CocoaError(.coderInvalidValue) }
      return id
    }
    func area() -> [String] { ["area-\(number() % 100)"] }
    func one<Value>(_ values: [Value]) -> Value { values[number() % values.count] }
    var cursors: [FindingCursor] = []
    var after: FindingCursor?
    for _ in 0..<20 {
      let page = try store.findingsPage(FindingFilter(), after: after, limit: 500, now: now)
      after = page.next
      if let after { cursors.append(after) }
    }

    let pages: [(String, () throws -> Void)] = [
      ("fleet: a page", { _ = try store.fleetPage(after: try gateway(), limit: 50) }),
      (
        "fleet: a page of a state, grade or area",
        {
          let filter = one([
            FleetFilter(state: one(["online", "offline", "lost"])), FleetFilter(grade: one([.a, .c, .e])),
            FleetFilter(groups: area()), FleetFilter(groups: area(), state: "lost", grade: .b),
          ])
          _ = try store.fleetPage(filter, after: number() % 2 == 0 ? nil : try gateway(), limit: 50)
        }
      ),
      ("fleet: in numbers", { _ = try store.counts(now: now) }),
      ("fleet: in numbers, of an area", { _ = try store.counts(inGroups: area(), now: now) }),
      (
        "search: a gateway's name",
        { _ = try store.searchGateways(String(try gateway().text.prefix(3 + number() % 16)), limit: 50) }
      ),
      (
        "search: an address",
        { _ = try store.searchGateways("10.\(number() >> 16 & 255).\(number() & 255)", limit: 50) }
      ),
      ("search: a device's name", { _ = try store.searchGateways("camera-\(number())", limit: 50) }),
      (
        "search: a device's name, in an area",
        { _ = try store.searchGateways("camera-\(number() % 100)", inGroups: area(), limit: 50) }
      ),
      ("gateway: its page", { _ = try store.gatewayPage(try gateway(), now: now) }),
      ("findings: the first page", { _ = try store.findingsPage(limit: 50, now: now) }),
      ("findings: a later page", { _ = try store.findingsPage(after: one(cursors), limit: 50, now: now) }),
      (
        "findings: by severity and stage",
        {
          let filter = FindingFilter(stage: one(FindingCase.Stage.allCases), severity: one(Severity.allCases))
          _ = try store.findingsPage(filter, limit: 50, now: now)
          _ = try store.countFindings(filter, now: now)
        }
      ),
      (
        "findings: of an area",
        {
          _ = try store.findingsPage(
            FindingFilter(groups: area(), severity: one(Severity.allCases)), limit: 50, now: now)
        }
      ),
      (
        "findings: by kind or check",
        {
          let kind = DeviceKind(rawValue: one(["camera", "nas", "plc", "hmi"]))
          let check = one(["telnet-open", "facility-named-page", "no-such"])
          let filter = one([
            FindingFilter(kind: kind), FindingFilter(check: check),
            FindingFilter(kind: kind, check: check, all: true),
          ])
          _ = try store.findingsPage(filter, limit: 50, now: now)
        }
      ),
      (
        "findings: how many of a kind or check",
        {
          let filter = FindingFilter(
            kind: one([.camera, .nas, nil]), check: one(["telnet-open", "weak-tls"]))
          _ = try store.countFindings(filter, now: now)
        }
      ),
      ("findings: what changed last", { _ = try store.latestChanges(limit: 50) }),
      ("findings: time to close", { _ = try store.timeToClose(now: now) }),
      (
        "finding: its page",
        {
          let id = try gateway()
          let first = try store.findingsPage(FindingFilter(gateway: id, all: true), limit: 1, now: now).items
            .first
          if let first { _ = try store.findingPage(first.finding.id, at: id) }
        }
      ),
      ("services: the matrix", { _ = try store.agreement() }),
      ("services: a page of disagreements", { _ = try store.services(after: nil, limit: 50) }),
    ]
    var isKept = true
    print(Self.row("", "p50", "p95", "most"))
    for (name, page) in pages {
      var times: [Duration] = []
      let clock = ContinuousClock()
      for _ in 0..<rounds { times.append(try clock.measure(page)) }
      times.sort()
      let p95 = times[min(times.count - 1, times.count * 95 / 100)]
      isKept = isKept && p95 <= Self.asked
      print(
        Self.row(name, Self.text(times[times.count / 2]), Self.text(p95), Self.text(times[times.count - 1])))
    }
    print(isKept ? "kept: each p95 is within 300 ms" : "NOT KEPT: a p95 is over 300 ms")
    return isKept
  }

  private static func text(_ time: Duration) -> String {
    let micros = time / .microseconds(1)
    return String(format: "%.1f ms", micros / 1000)
  }

  private static func row(_ name: String, _ cells: String...) -> String {
    name.padding(toLength: 44, withPad: " ", startingAt: 0)
      + cells.map { String(repeating: " ", count: max(0, 12 - $0.count)) + $0 }.joined()
  }
}
