package import Addresses
package import Cryptography
import Foundation
import HTTPMessages
import LinuxIO
import ServiceLifecycle

/// Serves enrolment over HTTPS, on one thread with one poll loop.
///
/// Whoever is not enrolled yet has to reach it, so everything a stranger can cause has a bound: connections in all and
/// from one address, bytes, time, wrong credentials, lines of the log.
package final class EnrolmentServer: Service, @unchecked Sendable {
  // Unchecked: the listener belongs to the one thread, and one byte into a pipe is the kernel's to order.
  package let address: Endpoint
  package let notices: AsyncStream<String>
  private let notice: AsyncStream<String>.Continuation
  private let listener: Descriptor
  private let identity: TLSServerIdentity
  private let desk: EnrolmentDesk
  private let ends: (reading: Descriptor, writing: Descriptor)

  /// Listens on the address; port 0 lets the kernel choose.
  package init(
    on address: Endpoint, identity: TLSServerIdentity, desk: EnrolmentDesk
  ) throws(EnrolmentError) {
    self.identity = identity
    self.desk = desk
    (notices, notice) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(100))
    do throws(SystemError) {
      listener = try TCPStream.listen(on: address)
      ends = try Pipe.make()
    } catch {
      throw EnrolmentError(
        .listen, "\(error). Choose another address with 'enrolment: {listen: …}' in the configuration file.")
    }
    self.address = TCPStream.localEndpoint(of: listener) ?? address
  }

  package func run() async throws {
    let (ended, end) = AsyncStream<Void>.makeStream()
    let thread = Thread { [self] in
      serve()
      notice.finish()
      end.finish()
    }
    thread.name = "enrolment"
    thread.start()
    await withGracefulShutdownHandler {
      for await _ in ended {}
    } onGracefulShutdown: {
      _ = try? self.ends.writing.write([1])
    }
  }

  private func serve() {
    let loop = EventLoop()
    let hall = EnrolmentHall(loop, listener, identity, desk) { [notice] in notice.yield($0) }
    let stop = loop.watch(ends.reading, for: .read) { _ in loop.stop() }
    do throws(SystemError) { try loop.run() } catch { notice.yield("enrolment ended: \(error)") }
    loop.cancel(stop)
    hall.close()
  }
}
