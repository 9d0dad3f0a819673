import Glibc

/// Waits for descriptors and deadlines on one thread and calls whoever asked.
///
/// Handlers may add and cancel watches and timers, also their own, while they run.
package final class EventLoop {
  /// Which readiness a watch waits for.
  package struct Interest: OptionSet, Sendable {
    package let rawValue: Int16
    package init(rawValue: Int16) { self.rawValue = rawValue }
    package static let read = Interest(rawValue: Int16(POLLIN))
    package static let write = Interest(rawValue: Int16(POLLOUT))
  }

  /// A name for a watch or a timer, never used twice.
  package struct Token: Hashable, Sendable { fileprivate let number: UInt64 }

  private struct Watch {
    let descriptor: Descriptor?
    let number: CInt
    var interest: Interest
    let handler: (Interest) -> Void
  }

  private struct Timer {
    let due: Duration
    let handler: () -> Void
  }

  private var watches: [Token: Watch] = [:]
  private var timers: [Token: Timer] = [:]
  private var lastToken: UInt64 = 0
  private var isStopped = false
  private let clock: () -> Duration

  /// Creates a loop that counts time with `clock`.
  ///
  /// The default is the boot-time clock.
  package init(clock: @escaping () -> Duration = { Clocks.sinceBoot }) {
    self.clock = clock
  }

  package var now: Duration { clock() }

  /// When it was last asked which descriptors are ready; what was ready by then has been told to its watch before any
  /// timer of the turn runs.
  package private(set) var asked: Duration = .zero

  /// Calls `handler` whenever `descriptor` is ready, until ``cancel(_:)``; keeps it open meanwhile.
  package func watch(
    _ descriptor: Descriptor, for interest: Interest, handler: @escaping (Interest) -> Void
  ) -> Token {
    add(Watch(descriptor: descriptor, number: descriptor.number, interest: interest, handler: handler))
  }

  /// Calls `handler` whenever a descriptor that somebody else owns is ready.
  ///
  /// The watch has to be cancelled before the owner closes the descriptor.
  package func watch(
    borrowed number: CInt, for interest: Interest, handler: @escaping (Interest) -> Void
  ) -> Token {
    add(Watch(descriptor: nil, number: number, interest: interest, handler: handler))
  }

  private func add(_ watch: Watch) -> Token {
    let token = nextToken()
    watches[token] = watch
    return token
  }

  package func change(_ token: Token, to interest: Interest) {
    watches[token]?.interest = interest
  }

  /// Calls `handler` once when `delay` has passed.
  package func after(_ delay: Duration, handler: @escaping () -> Void) -> Token {
    let token = nextToken()
    timers[token] = Timer(due: now + delay, handler: handler)
    return token
  }

  /// Forgets a watch or a timer; a token that is gone already is no error.
  package func cancel(_ token: Token?) {
    guard let token else { return }
    watches[token] = nil
    timers[token] = nil
  }

  /// Makes ``run()`` return after the handler that runs now.
  package func stop() { isStopped = true }

  /// Serves watches and timers until ``stop()`` is called or nothing is left to wait for.
  package func run() throws(SystemError) {
    isStopped = false
    while !isStopped, !(watches.isEmpty && timers.isEmpty) { try turn() }
  }

  private func turn() throws(SystemError) {
    let order = Array(watches)
    var polled = order.map { pollfd(fd: $0.value.number, events: $0.value.interest.rawValue, revents: 0) }
    // Rounded up: a timeout that ends a little early would spin until the deadline.
    let timeout = timers.values.map(\.due).min().map { due in
      CInt(clamping: max(0, (due - now + .nanoseconds(999_999)).milliseconds))
    }
    let error = poll(&polled, nfds_t(polled.count), timeout ?? -1) < 0 ? errno : 0
    asked = now
    if error != 0, error != EINTR { throw SystemError(error, "poll", "event loop") }
    for (entry, result) in zip(order, polled) where result.revents != 0 {
      guard let watch = watches[entry.key] else { continue }
      // An error or hang-up is told as readiness: the next read or write names it.
      let failed = result.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
      let ready = failed ? watch.interest : Interest(rawValue: result.revents).intersection(watch.interest)
      if !ready.isEmpty { watch.handler(ready) }
      if isStopped { return }
    }
    let time = now
    for (token, timer) in timers.filter({ $0.value.due <= time }).sorted(by: { $0.value.due < $1.value.due })
    {
      guard timers.removeValue(forKey: token) != nil else { continue }
      timer.handler()
      if isStopped { return }
    }
  }

  private func nextToken() -> Token {
    lastToken += 1
    return Token(number: lastToken)
  }
}
