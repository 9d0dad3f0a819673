import FleetStore
import Synchronization

/// What has come in since the start, for whoever asks at any moment.
package final class IngestFigures: Sendable {
  package struct Values: Hashable, Sendable {
    /// Records and states that were stored.
    package var stored = 0
    /// Messages that were set aside, by reason.
    package var setAside: [String: Int] = [:]
    package var batches = 0
    /// How long the commits took in all.
    package var committing = Duration.zero
    /// Commands that were handed to the broker.
    package var commanded = 0
    package var reconnections = 0
    /// Sessions at the broker that began.
    package var connections = 0
    /// Findings that the broker has taken for tenants.
    package var tenantFindings = 0
    /// Findings that were stored and no tenant will hear of.
    package var tenantFindingsLost = 0
    /// Findings of which no tenant is told, since their words are none that everybody may read.
    package var tenantFindingsWithheld = 0
    package var isConnected = false
    /// Why there is no session at the broker; `nil` while there is one, and before the first attempt has failed.
    package var brokerProblem: String?
    /// Why nothing is stored; `nil` while the store works.
    package var storeProblem: String?
  }

  private let state = Mutex(Values())

  package init() {}

  package var values: Values { state.withLock { $0 } }

  func took(_ time: Duration) { state.withLock { $0.committing += time } }

  func publishedForTenants(_ count: Int, withheld: Int) {
    state.withLock {
      $0.tenantFindings += count
      $0.tenantFindingsWithheld += withheld
    }
  }

  func lostForTenants(_ count: Int) { state.withLock { $0.tenantFindingsLost += count } }

  func take(_ notice: IngestNotice) {
    state.withLock { values in
      switch notice {
      case .connecting: break
      case .connected:
        values.isConnected = true
        values.connections += 1
        values.brokerProblem = nil
      case .disconnected(let problem, _):
        if values.isConnected { values.reconnections += 1 }
        values.isConnected = false
        values.brokerProblem = problem
      case .storeFails(let error, _): values.storeProblem = error.description
      case .storeWorks: values.storeProblem = nil
      case .stored(let count, let setAside):
        values.stored += count
        values.batches += 1
        values.setAside.merge(setAside, uniquingKeysWith: +)
      case .commanded: values.commanded += 1
      }
    }
  }
}
