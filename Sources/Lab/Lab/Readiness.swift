import Addresses
import Foundation

/// Asks every service of every persona until each has answered once.
struct Readiness {
  /// A service to ask, and the namespace to ask from.
  struct Target: Sendable {
    let persona: Int
    let service: PersonaService
    let address: IPv4Address
    let namespace: NetworkNamespace
  }

  /// Why waiting ended.
  enum Outcome: Sendable {
    case ready
    /// The targets that never answered.
    case silent([Target])
  }

  let targets: [Target]
  /// How long all of them together may take.
  let limit: Duration
  /// The address from which groups are asked.
  var source = LabNetwork.readiness
  /// How long to wait before asking again; short, since refusals cost nothing on a veth.
  let pause = Duration.milliseconds(100)

  /// Asks from the thread's namespaces in turn; `isHopeless` ends the wait early.
  func wait(isHopeless: @escaping @Sendable () throws -> Bool) throws -> Outcome {
    try onOwnThread { try loop(isHopeless) }
  }

  private func loop(_ isHopeless: () throws -> Bool) throws -> Outcome {
    let names = Set(targets.map(\.namespace))
    var doors: [NetworkNamespace: Int32] = [:]
    defer { doors.values.forEach { close($0) } }
    for name in names { doors[name] = try name.open() }

    let end = ContinuousClock.now + limit
    var pending = Dictionary(uniqueKeysWithValues: targets.indices.map { ($0, ContinuousClock.now) })
    var attempts: [Int: ReadinessAttempt] = [:]
    defer { attempts.values.forEach { close($0.socket) } }
    var nextCheck = ContinuousClock.now + .seconds(1)
    while !pending.isEmpty {
      let now = ContinuousClock.now
      if now >= nextCheck {
        nextCheck = now + .milliseconds(500)
        if try isHopeless() { break }
      }
      if now >= end { break }
      for (index, time) in pending where time <= now && attempts[index] == nil {
        guard let door = doors[targets[index].namespace] else { continue }
        try NetworkNamespace.enter(door)
        attempts[index] = ReadinessAttempt(
          targets[index].service, at: targets[index].address, from: source, now: now)
        pending[index] = now + pause
      }
      pollOnce(&attempts, &pending)
    }
    return pending.isEmpty ? .ready : .silent(pending.keys.sorted().map { targets[$0] })
  }

  private func pollOnce(
    _ attempts: inout [Int: ReadinessAttempt], _ pending: inout [Int: ContinuousClock.Instant]
  ) {
    let order = Array(attempts.keys)
    var polled = order.map { index in
      pollfd(fd: attempts[index]?.socket ?? -1, events: attempts[index]?.events ?? 0, revents: 0)
    }
    poll(&polled, nfds_t(polled.count), 20)
    let now = ContinuousClock.now
    for (index, entry) in zip(order, polled) {
      var progress = ReadinessAttempt.Progress.waiting
      if entry.revents != 0 { progress = attempts[index]?.advance() ?? .failed }
      if progress == .waiting, now < attempts[index]?.deadline ?? now { continue }
      if let attempt = attempts.removeValue(forKey: index) { close(attempt.socket) }
      if progress == .answered { pending[index] = nil } else { pending[index] = now + pause }
    }
  }
}
