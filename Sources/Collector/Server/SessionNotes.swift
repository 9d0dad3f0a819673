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
      do {
        try note(changes)
        if !isComplete {
          // An end may be among what was lost: rather nobody's than another's.
          try store.endSessions(at: Clocks.wall)
          logger.warning("more sessions began and ended than could be noted; sightings of now stay nobody's")
        }
      } catch {
        logger.error("from where sessions come was not noted: \(error)")
      }
    }
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
