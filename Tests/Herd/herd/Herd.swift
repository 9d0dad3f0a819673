import Glibc
import MQTTClient
import Stagger

/// Lets all machines come back at once, on one thread with one poll, and counts second by second.
final class Herd {
  private var machines: [Machine] = []
  /// One for each machine; the kernel passes over those with a negative descriptor.
  private var polled: [pollfd]
  private var due = DueTimes()
  private let started: Duration
  private(set) var tally: Tally
  /// Machines that have not begun yet, because only so many may be under way at once; the last goes first.
  private var queue: [Machine] = []

  /// Makes the machines; with `atOnce` no more than that many try at the same time.
  init(_ manner: Manner, _ plan: HerdPlan, _ place: HerdPlace, atOnce: Int? = nil) throws {
    polled = [pollfd](repeating: pollfd(fd: -1, events: 0, revents: 0), count: plan.machines)
    machines.reserveCapacity(plan.machines)
    for number in 0..<plan.machines { machines.append(try Machine(number, manner, plan, place)) }
    if let atOnce { queue = machines.dropFirst(atOnce).reversed() }
    started = Self.clock
    tally = Tally(machines: plan.machines)
  }

  deinit {
    for machine in machines { machine.end() }
  }

  static var clock: Duration {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  private var now: Duration { Self.clock }

  /// Runs until all have a session, or `limit` has passed, and a few seconds more to see whether they keep it.
  func run(limit: Duration) throws {
    for machine in machines.prefix(machines.count - queue.count) { begin(machine) }
    var nextTick = now + .seconds(1)
    var end = started + limit
    var isComplete = false
    while now < end {
      for number in due.take(until: now) { try attempt(machines[number]) }
      let wake = min(due.next ?? end, nextTick) - now
      for (number, ready) in wait(Int32(max(0, min(100, (wake / .milliseconds(1)).rounded(.up))))) {
        let isReading = ready & Int16(POLLIN | POLLERR | POLLHUP) != 0
        let events = machines[number].ready(reading: isReading, writing: ready & Int16(POLLOUT) != 0)
        handle(machines[number], events)
      }
      if now >= nextTick {
        nextTick += .seconds(1)
        for machine in machines where machine.isConnected || machine.attemptedAt != nil { tick(machine) }
      }
      if !isComplete, tally.connected == machines.count {
        isComplete = true
        end = min(end, now + .seconds(3))
      }
    }
    tally.failures = machines.map(\.failures)
  }

  private func begin(_ machine: Machine) {
    due.add(machine.number, at: machine.begin(now: now))
  }

  /// Waits for what is ready.
  private func wait(_ milliseconds: Int32) -> [(Int, Int16)] {
    // So many are asked about at once that asking after every packet would be most of the work.
    if milliseconds > 2 { usleep(2000) }
    let count = poll(&polled, nfds_t(polled.count), max(0, milliseconds - 2))
    guard count > 0 else { return [] }
    return polled.withUnsafeBufferPointer { entries in
      var ready: [(Int, Int16)] = []
      for number in 0..<entries.count where entries[number].fd >= 0 && entries[number].revents != 0 {
        ready.append((number, entries[number].revents))
      }
      return ready
    }
  }

  private func attempt(_ machine: Machine) throws {
    tally.attempted(at: now - started)
    handle(machine, try machine.attempt(now: now))
  }

  private func tick(_ machine: Machine) {
    let (events, isLate) = machine.tick(now: now)
    if isLate {
      tally.late += 1
      return failed(machine, .unreachable)
    }
    handle(machine, events)
  }

  private func handle(_ machine: Machine, _ events: [MQTTEvent]) {
    for event in events {
      switch event {
      case .connected:
        machine.connected()
        tally.connected(at: now - started)
        if let next = queue.popLast() { begin(next) }
      case .refused(let reason, _):
        tally.answered += 1
        return failed(machine, reason.asksForPatience ? .busy : .credentials)
      case .disconnected(let error):
        tally.note(error)
        return failed(machine, error.code == .tls ? .tls : .unreachable)
      case .message, .published, .subscribed: break
      }
    }
    watch(machine)
  }

  private func failed(_ machine: Machine, _ failure: ConnectFailure) {
    if machine.isConnected { tally.lost(at: now - started) }
    polled[machine.number].fd = -1
    due.add(machine.number, at: machine.failed(failure, now: now))
  }

  private func watch(_ machine: Machine) {
    polled[machine.number].fd = machine.descriptor ?? -1
    polled[machine.number].events = Int16(POLLIN) | (machine.wantsWrite ? Int16(POLLOUT) : 0)
  }
}

/// Who is due when, in steps of five milliseconds.
struct DueTimes {
  private static let step = Duration.milliseconds(5)
  private var slots: [Int64: [Int]] = [:]
  private var order: [Int64] = []

  private static func slot(_ time: Duration) -> Int64 { Int64((time / step).rounded(.up)) }

  var next: Duration? { order.first.map { Self.step * $0 } }

  mutating func add(_ number: Int, at time: Duration) {
    let slot = Self.slot(time)
    if slots[slot] == nil {
      let place = order.firstIndex { $0 > slot } ?? order.endIndex
      order.insert(slot, at: place)
    }
    slots[slot, default: []].append(number)
  }

  mutating func take(until now: Duration) -> [Int] {
    var taken: [Int] = []
    while let first = order.first, Self.step * first <= now {
      order.removeFirst()
      taken += slots.removeValue(forKey: first) ?? []
    }
    return taken
  }
}
