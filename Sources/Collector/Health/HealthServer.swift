// Health says over HTTP whether the collector is alive, ready and how busy it is, for supervisors and Prometheus.

package import Addresses
import Dispatch
package import LinuxIO
import ServiceLifecycle
import Web

/// What the endpoints answer with.
package struct HealthReport: Sendable {
  /// Why it is not ready, one reason a line; empty where it is.
  package var obstacles: [String]
  /// Numbers in Prometheus' text format.
  package var metrics: @Sendable () -> String?

  package init(obstacles: [String], metrics: @escaping @Sendable () -> String?) {
    self.obstacles = obstacles
    self.metrics = metrics
  }
}

/// Serves `/healthz`, `/readyz` and `/metrics` over plain HTTP.
///
/// Nothing in the answers is of one subscriber, but whoever reaches it sees how large the fleet is and how it does: listen
/// where only the supervisor and Prometheus are.
package final class HealthServer: Service {
  private let server: WebServer

  /// Listens on the address; port 0 lets the kernel choose.
  ///
  /// `report` is called on a thread that may wait, one call at a time.
  package init(on address: Endpoint, report: @escaping @Sendable () -> HealthReport) throws(SystemError) {
    var limits = WebServer.Limits()
    (limits.connections, limits.fromOneAddress, limits.patience) = (16, 16, .seconds(10))
    let queue = DispatchQueue(label: "health")
    server = try WebServer(on: .address(address), front: .plain, limits: limits) { request in
      await withCheckedContinuation { continuation in
        queue.async { continuation.resume(returning: HealthAnswer.reply(to: request, report)) }
      }
    }
  }

  package func run() async throws { try await server.run() }
}
