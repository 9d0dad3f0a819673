import Addresses
import Cryptography
import Foundation
package import FleetStore
package import LinuxIO
import ServiceLifecycle
package import Web

/// Serves the dashboard: takes requests off the connections' thread, and asks the desk.
package final class DashboardServer: Service {
  package let server: WebServer
  /// Lines for the log.
  package let notices: AsyncStream<String>

  /// Listens; what can fail at start does so here.
  package init(
    on place: WebServer.Place, front: WebServer.Front, store: FleetStore
  ) throws(SystemError) {
    let (notices, notice) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingNewest(100))
    self.notices = notices
    // One at a time: who waits for a page comes first.
    let renewals = DispatchQueue(label: "dashboard numbers")
    let desk = DashboardDesk(
      store, clock: { Clocks.wall }, ticks: { Clocks.sinceBoot }, note: { notice.yield($0) },
      later: { renewals.async(execute: $0) })
    // The store is asked on threads that may wait, which those of structured concurrency may not.
    let readers = DispatchQueue(label: "dashboard", attributes: .concurrent)
    // One password at a time: each takes 32 MiB.
    let passwords = DispatchQueue(label: "dashboard passwords")
    server = try WebServer(on: place, front: front) { request in
      await withCheckedContinuation { continuation in
        (desk.isSlow(request) ? passwords : readers).async {
          continuation.resume(returning: desk.reply(to: request))
        }
      }
    }
  }

  package func run() async throws { try await server.run() }
}
