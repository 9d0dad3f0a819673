import BrokerFixture
import Foundation
import Glibc
import Restoration

/// The same machines against the same broker, three times: with the agent's hold, and as libmosquitto does it.
struct Benchmark {
  private struct Row {
    var name: String
    /// Beside the curve, where there is little room.
    var label: String
    var tally: Tally
  }

  private let machines: Int
  private let svg: String?
  private let directory: TemporaryDirectory
  private let template: String

  /// Machines of which the capacity is measured.
  private static let sample = 2000
  /// How many of them try at once: fewer than wait in the broker's queue (100, mosquitto 2.0 `src/net.c`).
  ///
  /// Of more some SYNs are lost, and a second or three passes until the kernel repeats them (RFC 6298), in which the
  /// broker has nothing to do.
  private static let atOnce = 50

  init(machines: Int, svg: String?) throws {
    self.machines = machines
    self.svg = svg
    directory = try TemporaryDirectory()
    template = try String(contentsOfFile: Self.top + "/packaging/broker-limiter.nft", encoding: .utf8)
    // libmosquitto has a pair of sockets for each session besides the one to the broker.
    try Self.raiseLimit(to: 3 * machines + 200)
    try Self.demandOwnNetwork()
    try HerdPlace.files(in: directory)
  }

  private static let top = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")

  /// Runs all of it; `false` where the hold does not keep what is claimed of it.
  func run() throws -> Bool {
    let capacity = try measureCapacity()
    let plan = HerdPlan(machines: machines, capacity: capacity)
    print(
      "\(machines) machines; the broker takes \(Int(capacity)) new sessions/s of \(min(machines, Self.sample)), \(Self.atOnce) at once; window \(Self.text(plan.window)) s, so \(Int(plan.rate)) sessions/s are planned"
    )
    let rows = [
      try row("kadomori: the hold", .kadomori, plan, isLimited: true),
      try row("libmosquitto's default, limiter before TLS", .libmosquitto, plan, isLimited: true),
      try row("libmosquitto's default, no limiter", .libmosquitto, plan, isLimited: false),
    ]
    print(Self.table(rows, plan))
    for row in rows where row.tally.failed > 0 {
      let tally = row.tally
      print(
        "\(row.name): \(tally.refused) refused by TCP, \(tally.cut) cut off, \(tally.answered) refused by the broker, \(tally.late) given up"
      )
    }
    if let svg { try draw(rows, to: svg) }
    let hold = rows[0].tally
    let claims = [
      ("everybody is connected", hold.connected == machines),
      ("nobody is refused", hold.failed == 0),
      ("the most attempts in a second are within 1.1 of the planned rate", hold.peak <= 1.1 * plan.rate),
    ]
    for (claim, isKept) in claims { print("\(isKept ? "kept    " : "NOT KEPT") with the hold \(claim)") }
    return claims.allSatisfy(\.1)
  }

  /// How fast the broker lets in a few of which the next comes as soon as one is in, and so what it has room for.
  private func measureCapacity() throws -> Double {
    let few = HerdPlan(machines: min(machines, Self.sample), capacity: 1000)
    let (herd, _) = try meet(.libmosquitto, few, rate: nil, limit: .seconds(60), atOnce: Self.atOnce)
    guard let all = herd.tally.time(of: 1), all > 0 else {
      throw FixtureError("the broker did not let \(few.machines) machines in within a minute")
    }
    return Double(few.machines) / all
  }

  private func row(_ name: String, _ manner: Manner, _ plan: HerdPlan, isLimited: Bool) throws -> Row {
    let limit = Duration.seconds(plan.window * 4 + 120)
    let (herd, seconds) = try meet(manner, plan, rate: isLimited ? plan.capacity : nil, limit: limit)
    var tally = herd.tally
    tally.brokerSeconds = seconds
    return Row(
      name: name, label: manner.rawValue + (isLimited ? ", limiter" : ""), tally: tally)
  }

  /// Lets a herd meet a broker of its own.
  private func meet(
    _ manner: Manner, _ plan: HerdPlan, rate: Double?, limit: Duration, atOnce: Int? = nil
  ) throws -> (Herd, brokerSeconds: Double) {
    let broker = try Broker(listener: { port, _ in
      """
      user root
      listener \(port) 127.0.0.1
      cafile \(directory.path)/ca.crt
      certfile \(directory.path)/broker.crt
      keyfile \(directory.path)/broker.key
      require_certificate true
      use_identity_as_username true
      set_tcp_nodelay true

      """
    })
    // What the wait for the listener has taken of the limit is over by then.
    if let rate {
      try Limiter.load(port: broker.port, rate: Int(rate), in: directory, template: template)
    }
    defer { try? Limiter.remove(in: directory) }
    let herd = try Herd(manner, plan, HerdPlace(port: broker.port, in: directory), atOnce: atOnce)
    try herd.run(limit: limit)
    return (herd, broker.processorSeconds)
  }

  private func draw(_ rows: [Row], to path: String) throws {
    let curves = rows.map { row in
      var sum = 0
      var points = [ReturnCurve.Line.Point(0, 0)]
      for (second, count) in row.tally.sessions.enumerated() {
        sum += count
        points.append(ReturnCurve.Line.Point(Double(second + 1), Double(sum) / Double(row.tally.machines)))
      }
      return ReturnCurve.Line(name: row.label, points: points)
    }
    let title = "\(machines) machines, one mosquitto, mutual TLS: who has a session"
    try ReturnCurve(curves, title: title).svg.write(toFile: path, atomically: true, encoding: .utf8)
    print("drawn in \(path)")
  }

  private static func table(_ rows: [Row], _ plan: HerdPlan) -> String {
    var lines = [
      [
        "", "connected", "attempts", "failed, each", "peak/s", "/planned", "/capacity", "50 %", "99 %", "all",
        "broker CPU",
      ]
    ]
    func seconds(_ time: Double?) -> String { time.map { text($0) + " s" } ?? "never" }
    for row in rows {
      let tally = row.tally
      lines.append([
        row.name, "\(tally.connected)", "\(tally.all)", text(Double(tally.failed) / Double(tally.machines)),
        text(tally.peak), text(tally.peak / plan.rate),
        text(tally.peak / plan.capacity),
        seconds(tally.time(of: 0.5)), seconds(tally.time(of: 0.99)), seconds(tally.time(of: 1)),
        text(tally.brokerSeconds) + " s",
      ])
    }
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      zip(line, widths).enumerated().map { index, cell in
        let pad = String(repeating: " ", count: cell.1 - cell.0.count)
        return index == 0 ? cell.0 + pad : pad + cell.0
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  private static func text(_ value: Double) -> String {
    let tenths = Int((value * 100).rounded())
    return "\(tenths / 100).\(tenths % 100 < 10 ? "0" : "")\(tenths % 100)"
  }

  private static func raiseLimit(to count: Int) throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    guard limit.rlim_cur < rlim_t(count) else { return }
    limit.rlim_cur = rlim_t(count)
    limit.rlim_max = max(limit.rlim_max, rlim_t(count))
    guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      throw FixtureError("\(count) open files are needed, and not allowed: raise 'ulimit -n'")
    }
  }

  /// Loads nothing into the packet filter of a network that is anybody else's.
  private static func demandOwnNetwork() throws {
    let text = (try? String(contentsOfFile: "/proc/self/net/dev", encoding: .utf8)) ?? ""
    // Two lines of headings, then one for each interface; a new namespace has its own loopback and nothing else.
    let names = text.split(separator: "\n").dropFirst(2).map { $0.prefix { $0 != ":" }.filter { $0 != " " } }
    guard names == ["lo"] else {
      throw FixtureError("run it by packaging/herd, in a network namespace of its own")
    }
  }
}
