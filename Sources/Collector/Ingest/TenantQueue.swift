package import FleetContract
package import FleetStore
import Synchronization

/// What is stored and waits to be published for tenants.
///
/// Whoever stores puts it here and goes on, however long the broker takes. Beyond the limits findings are counted as lost,
/// and states are read from the store once more for all gateways.
package final class TenantQueue: Sendable {
  /// The tenants that may know of the gateways of a group.
  package let tenants: [String: [TopicName]]
  /// The groups of which somebody is told.
  let groups: Set<String>
  private let figures: IngestFigures
  private let maximum: Int

  private struct State {
    var news = TenantNews()
    var isBehind = false
  }

  private let state = Mutex(State())

  /// Creates a queue; `maximum` is how many findings, and states of how many gateways, may wait.
  package init(
    _ tenants: [(name: TopicName, groups: [TopicName])], board: NoticeBoard, maximum: Int = 20_000
  ) {
    var all: [String: [TopicName]] = [:]
    for tenant in tenants {
      for group in Set(tenant.groups) { all[group.description, default: []].append(tenant.name) }
    }
    self.tenants = all
    groups = Set(all.keys)
    figures = board.figures
    self.maximum = maximum
  }

  /// Adds what a commit has brought.
  func put(_ news: TenantNews) {
    if news.isEmpty { return }
    let lost = state.withLock { state in
      let room = max(0, maximum - state.news.findings.count)
      state.news.findings += news.findings.prefix(room)
      state.news.states.formUnion(news.states)
      if state.news.states.count > maximum {
        state.news.states = []
        state.isBehind = true
      }
      return max(0, news.findings.count - room)
    }
    if lost > 0 { figures.lostForTenants(lost) }
  }

  /// The oldest findings; they stay here until they are dropped.
  func findings(atMost limit: Int) -> [StoredFinding] {
    state.withLock { Array($0.news.findings.prefix(limit)) }
  }

  func drop(_ count: Int) { state.withLock { $0.news.findings.removeFirst(count) } }

  func takeStates(atMost limit: Int) -> [GatewayID] {
    state.withLock { state in
      let taken = Array(state.news.states.prefix(limit))
      state.news.states.subtract(taken)
      return taken
    }
  }

  /// Whether states were passed over, asked once.
  func takeBehind() -> Bool {
    state.withLock { state in
      defer { state.isBehind = false }
      return state.isBehind
    }
  }
}
