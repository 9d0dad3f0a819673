package import FleetStore
import LinuxIO
import Synchronization

/// The numbers of the fleet, read no more often than every few seconds, whoever asks how often.
package final class FleetFigures: Sendable {
  private struct State {
    var text: String?
    var read: Duration?
  }

  /// How old an answer may be.
  static let age: Duration = .seconds(5)

  private let path: String
  private let state = Mutex(State())

  package init(_ path: String) {
    self.path = path
  }

  /// In Prometheus' text format; `nil` where the store cannot be read.
  package func text() -> String? {
    state.withLock { state in
      let now = Clocks.sinceBoot
      if let read = state.read, now - read < Self.age { return state.text }
      state.text = try? FleetMetrics(FleetStore.openToRead(path)).text
      state.read = now
      return state.text
    }
  }
}
