import BrokerFixture
import FleetContract
import FleetStore
import Foundation
import Glibc
import MQTTClient

/// Has many gateways' sessions send through one real mosquitto: to a collector that stores, then to a subscriber that
/// throws away, in one run on one machine.
///
/// A record is one message with a number, as a gateway publishes it: eight of ten are events of findings that open and
/// close, which change a finding and its life, and two are postures. It is stored when the collector's acknowledgement,
/// which it sends after the commit, has come back to the gateway: that is later than the commit by one way over the
/// broker. Every record is one row in the store, and all of them are counted there in the end.
struct IngestMeasure {
  let engine: MeasuredStore.Engine
  /// The program.
  let collector: String
  let sessions: Int
  let gateways: Int
  /// Records that one session has under way.
  let window: Int
  let seconds: Int

  /// What a collector has to have at a broker that is not its own; the same as in its own.
  private static let broker = """
    max_queued_messages 200000
    max_queued_bytes 268435456
    max_inflight_messages 1000
    set_tcp_nodelay true

    """

  func run() throws -> Bool {
    try raiseLimit()
    print(
      "\(engine.rawValue): \(sessions) sessions of \(gateways) gateways, \(window) records of each session under way, \(seconds) s; load \(Self.load)"
    )
    let (stored, rows, memory, processor) = try store()
    let thrown = try throwAway()
    let p99 = stored.delay(0.99)
    let ratio = stored.rate / max(thrown, 1)
    print("stored: \(stored.settled) of \(stored.sent) records, \(Int(stored.rate)) a second")
    let events = Int(Double(rows.events) / max(stored.seconds, 0.001))
    print("rows: \(rows.events) events, \(events) a second, and \(rows.postures) postures")
    print("from sent to acknowledged: p50 \(Self.text(stored.delay(0.5))), p99 \(Self.text(p99))")
    print("thrown away: \(Int(thrown)) a second; ratio \(String(format: "%.2f", ratio))")
    print(
      "collector: \(memory >> 10) MiB at most, \(String(format: "%.1f", processor)) s of a processor; load \(Self.load)"
    )
    let claims = [
      (
        "everything that was sent is stored, once",
        stored.settled == stored.sent && rows.events + rows.postures == stored.sent
      ),
      ("10,000 records a second are stored", stored.rate >= 10_000),
      ("99 of 100 are stored within a second", p99 <= .seconds(1)),
      ("storing is no slower than 0.6 of throwing away", ratio >= 0.6),
      ("the collector's memory is 150 MB or less", memory * 1024 <= 150_000_000),
    ]
    for (claim, isKept) in claims { print("\(isKept ? "kept    " : "NOT KEPT") \(claim)") }
    return claims.allSatisfy(\.1)
  }

  /// The collector's round: what came of it, its memory in KiB, and its seconds of a processor.
  private func store() throws -> (FloodResult, MeasuredStore.Rows, memory: Int, processor: Double) {
    let place = try TemporaryDirectory()
    let broker = try Broker(Self.broker)
    let store = try MeasuredStore(engine, in: place)
    try place.write(
      "collector.yaml",
      "collector: measured\nbroker: {host: 127.0.0.1, port: \(broker.port)}\n\(store.setting)")
    let program = try ChildProgram(
      collector, ["run", "--config", place.path + "/collector.yaml", "--state", place.path + "/state"],
      output: place.path + "/log")
    defer { program.kill(SIGTERM) }
    let watch = try Pump.connected("watch", to: broker.port)
    _ = try watch.session.subscribe("kadomori/v1/_collector/+/status", qos: .atLeastOnce)
    _ = try watch.wait(seconds: 60) {
      if case .message(let message) = $0 {
        String(decoding: message.payload, as: UTF8.self).contains("\"online\":true")
      } else {
        false
      }
    }
    let before = Self.processorSeconds(of: program.id)
    let flood = try Flood(
      port: broker.port, sessions: sessions, gateways: gateways, window: window, until: .stored, birth: 1)
    let result = try flood.run(for: .seconds(seconds))
    let memory = Self.status(of: program.id, "VmHWM:")
    let processor = Self.processorSeconds(of: program.id) - before
    if result.settled < result.sent { print(place.read("log").suffix(2000)) }
    return (result, try store.rows(), memory, processor)
  }

  /// How many a second a subscriber takes that does nothing with them.
  private func throwAway() throws -> Double {
    let broker = try Broker(Self.broker)
    let sink = try Sink(port: broker.port)
    let flood = try Flood(
      port: broker.port, sessions: sessions, gateways: gateways, window: window, until: .taken, birth: 1)
    let result = try flood.run(for: .seconds(seconds)) { try sink.begin() }
    return try sink.end(expecting: result.sent)
  }

  private func raiseLimit() throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let needed = rlim_t(sessions + 200)
    guard limit.rlim_cur < needed else { return }
    limit.rlim_cur = needed
    limit.rlim_max = max(limit.rlim_max, needed)
    guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      throw FloodError("\(needed) open files are needed, and not allowed: raise 'ulimit -n'")
    }
  }

  private static var load: String {
    let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
    return String(text.prefix { $0 != " " })
  }

  private static func status(of process: pid_t, _ name: String) -> Int {
    let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    return line.flatMap { $0.split(whereSeparator: \.isWhitespace).dropFirst().first }.flatMap { Int($0) }
      ?? 0
  }

  private static func processorSeconds(of process: pid_t) -> Double {
    let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    guard let end = text.lastIndex(of: ")") else { return 0 }
    let fields = text[end...].split(separator: " ").map { Double($0) ?? 0 }
    return fields.count > 13 ? (fields[12] + fields[13]) / Double(sysconf(CInt(_SC_CLK_TCK))) : 0
  }

  private static func text(_ time: Duration) -> String { String(format: "%.0f ms", time / .milliseconds(1)) }
}
