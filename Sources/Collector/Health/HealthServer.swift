// Health says over HTTP whether the collector is alive, ready and how busy it is, for supervisors and Prometheus.

package import Addresses
import Foundation
import HTTPMessages
package import LinuxIO
import ServiceLifecycle

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

/// Serves `/healthz`, `/readyz` and `/metrics` over plain HTTP, on one thread with one poll loop.
///
/// Nothing in the answers is of one subscriber, but whoever reaches it sees how large the fleet is and how it does: listen
/// where only the supervisor and Prometheus are. Connections, bytes and time of each have bounds.
package final class HealthServer: Service, @unchecked Sendable {
  // Unchecked: the listener belongs to the one thread, and one byte into a pipe is the kernel's to order.
  package let address: Endpoint
  private let listener: Descriptor
  private let report: @Sendable () -> HealthReport
  private let ends: (reading: Descriptor, writing: Descriptor)

  /// Listens on the address; port 0 lets the kernel choose.
  ///
  /// `report` is called on the server's thread.
  package init(on address: Endpoint, report: @escaping @Sendable () -> HealthReport) throws(SystemError) {
    listener = try TCPStream.listen(on: address)
    ends = try Pipe.make()
    self.address = TCPStream.localEndpoint(of: listener) ?? address
    self.report = report
  }

  package func run() async throws {
    let (ended, end) = AsyncStream<Void>.makeStream()
    let thread = Thread { [self] in
      serve()
      end.finish()
    }
    thread.name = "health"
    thread.start()
    await withGracefulShutdownHandler {
      for await _ in ended {}
    } onGracefulShutdown: {
      _ = try? self.ends.writing.write([1])
    }
  }

  private func serve() {
    let loop = EventLoop()
    let desk = HealthDesk(loop, listener, report)
    let stop = loop.watch(ends.reading, for: .read) { _ in loop.stop() }
    try? loop.run()
    loop.cancel(stop)
    desk.close()
  }
}
