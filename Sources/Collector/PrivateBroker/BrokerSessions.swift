import Synchronization

/// The bounded place between the broker's words and whoever notes from where sessions come.
package final class BrokerSessions: Sendable {
  /// Changes that wait; beyond them nothing is known for sure any more, and `take` says so.
  static let limit = 100_000

  private let state = Mutex<(waiting: [BrokerSession], isComplete: Bool)>(([], true))
  private let wake: AsyncStream<Void>.Continuation
  /// Yields after something came in; one element may stand for many.
  package let wakes: AsyncStream<Void>

  package init() {
    (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  package func put(_ session: BrokerSession) {
    state.withLock {
      if $0.waiting.count < Self.limit { $0.waiting.append(session) } else { $0.isComplete = false }
    }
    wake.yield()
  }

  /// Takes all that waits, in its order; not complete where some of it was lost.
  package func take() -> (sessions: [BrokerSession], isComplete: Bool) {
    state.withLock { state in
      defer { state = ([], true) }
      return (state.waiting, state.isComplete)
    }
  }
}
