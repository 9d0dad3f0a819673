import LinuxIO
import MQTTClient
import Synchronization

/// The bounded place between the broker's thread and the task that stores.
///
/// Messages are read here, on the broker's thread, while the task stores those before. When it is full the thread stops
/// reading its socket, and what comes then waits at the broker.
package final class Inbox: Sendable {
  struct Entry: Sendable {
    var judgement: Judgement
    /// The size of the payload in bytes.
    var size: Int
  }

  private struct State {
    var entries: [Entry] = []
    var bytes = 0
    var isClosed = false
  }

  private let state = Mutex(State())
  private let wake: AsyncStream<Void>.Continuation
  /// Yields after something came in; one element may stand for many messages.
  let wakes: AsyncStream<Void>

  private let maximumMessages: Int
  private let maximumBytes: Int

  /// Creates an inbox; the defaults are 10,000 messages and 64 MiB, beyond which one read may go once.
  package init(maximumMessages: Int = 10_000, maximumBytes: Int = 64 << 20) {
    (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    self.maximumMessages = maximumMessages
    self.maximumBytes = maximumBytes
  }

  /// How many messages wait to be stored.
  package var count: Int { state.withLock { $0.entries.count } }

  var hasRoom: Bool {
    state.withLock { $0.entries.count < maximumMessages && $0.bytes < maximumBytes }
  }

  var isClosed: Bool { state.withLock { $0.isClosed } }

  func put(_ message: MQTTReceived) {
    let judgement = Judgement(message, received: Clocks.wall)
    let isFirst = state.withLock {
      $0.entries.append(Entry(judgement: judgement, size: message.payload.count))
      $0.bytes += message.payload.count
      return $0.entries.count == 1
    }
    if isFirst { wake.yield() }
  }

  /// Takes the oldest messages, at most `limit`.
  ///
  /// Together they are one commit: the more of them, the less each costs, and the longer they wait for each other.
  func take(atMost limit: Int = 4000) -> [Entry] {
    state.withLock { state in
      if state.entries.count <= limit {
        state.bytes = 0
        let all = state.entries
        state.entries = []
        return all
      }
      let taken = Array(state.entries.prefix(limit))
      state.entries.removeFirst(limit)
      state.bytes -= taken.reduce(0) { $0 + $1.size }
      return taken
    }
  }

  /// Lets the task that stores come to its end with what is there.
  func close() {
    state.withLock { $0.isClosed = true }
    wake.yield()
    wake.finish()
  }
}
