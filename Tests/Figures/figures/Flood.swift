import FleetContract
import Foundation
import Glibc
import Posture

/// What a flood came to.
struct FloodResult {
  var sent = 0
  /// Records of which the collector said that they are stored, or a broker that it has them where nobody stores.
  var settled = 0
  var seconds = 0.0
  /// From the moment a record went out until that was told.
  var delays: [Duration] = []

  var rate: Double { Double(settled) / max(seconds, 0.001) }

  func delay(_ share: Double) -> Duration {
    let sorted = delays.sorted()
    return sorted.isEmpty ? .zero : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
  }
}

/// Many gateways' sessions on one thread, each of which sends its next record when enough of those before are settled.
final class Flood {
  /// Until when a record is under way.
  enum Until {
    /// The collector's acknowledgement after its commit.
    case stored
    /// The broker's.
    case taken
  }

  private let sessions: [FloodSession]
  private let until: Until
  private var polled: [pollfd]
  private var result = FloodResult()

  init(port: UInt16, sessions count: Int, gateways: Int, window: Int, until: Until, birth: Int64) throws {
    self.until = until
    let templates = try FloodTemplates()
    sessions = try (0..<count).map { number in
      let own = Array(stride(from: number, to: gateways, by: count))
      return try FloodSession(
        port: port, number: number, gateways: own, window: window, until: until, templates, from: birth)
    }
    polled = sessions.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
  }

  /// Sends for so long, then waits until all of it is settled; `whenReady` is called when every session is there.
  func run(for time: Duration, rest: Duration = .seconds(60), whenReady: () throws -> Void = {}) throws
    -> FloodResult
  {
    let clock = ContinuousClock()
    let start = clock.now
    while !sessions.allSatisfy(\.isReady) {
      guard clock.now - start < .seconds(60) else {
        throw FloodError("the broker did not let all sessions in")
      }
      try turn()
    }
    try whenReady()
    let began = clock.now
    var last = began
    for session in sessions { try session.send() }
    var isSending = true
    while isSending || sessions.contains(where: { $0.underWay > 0 }) {
      if isSending, clock.now - began > time { isSending = false }
      let before = result.settled
      try turn(isSending: isSending)
      if result.settled > before { last = clock.now }
      if clock.now - began > time + rest { break }
    }
    result.seconds = (last - began) / .seconds(1)
    result.sent = sessions.reduce(0) { $0 + $1.sent }
    return result
  }

  private func turn(isSending: Bool = false) throws {
    guard poll(&polled, nfds_t(polled.count), 100) > 0 else { return }
    for (session, entry) in zip(sessions, polled) where entry.revents != 0 {
      try session.receive { delay in
        result.settled += 1
        result.delays.append(delay)
      }
      if isSending { try session.send() }
    }
  }
}

struct FloodError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
