import FleetContract
import FleetStore
import LinuxIO
import Logging
import Posture
import PrivateBroker
import ServiceLifecycle

/// Notes from which addresses the sessions of gateways come, so that what is seen from outside finds its gateway.
struct SessionNotes: ServiceLifecycle.Service, CustomStringConvertible {
  let sessions: BrokerSessions
  let store: FleetStore
  let logger: Logger

  var description: String { "SessionNotes" }

  func run() async throws {
    for await _ in sessions.wakes.cancelOnGracefulShutdown() {
      let (changes, isComplete) = sessions.take()
      var isTold = false
      // What comes meanwhile waits at the broker's log, within its bound.
      while true {
        do {
          try note(changes, isComplete)
          if isTold { logger.notice("from where sessions come is noted again") }
          break
        } catch {
          if !isTold { logger.error("from where sessions come is not noted yet: \(error)") }
          isTold = true
        }
        do { try await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(2)) } } catch {
          return
        }
      }
    }
  }

  private func note(_ changes: [BrokerSession], _ isComplete: Bool) throws(StoreError) {
    try note(changes)
    guard !isComplete else { return }
    // An end may be among what was lost: rather nobody's than another's.
    try store.endSessions(at: Clocks.wall)
    logger.warning("more sessions began and ended than could be noted; sightings of now stay nobody's")
  }

  private func note(_ sessions: [BrokerSession]) throws(StoreError) {
    var batch: [SessionChange] = []
    for session in sessions {
      switch session {
      case .began(let client, let address, let time):
        if let gateway = GatewayID(client) {
          batch.append(SessionChange(gateway: gateway, address: address, time: time))
        }
      case .ended(let client, let time):
        if let gateway = GatewayID(client) {
          batch.append(SessionChange(gateway: gateway, address: nil, time: time))
        }
      case .allEnded(let time):
        try store.note(batch)
        batch = []
        try store.endSessions(at: time)
      }
    }
    try store.note(batch)
  }
}
