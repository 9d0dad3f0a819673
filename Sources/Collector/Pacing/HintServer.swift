package import Addresses
package import FleetContract
import Foundation
import Glibc
package import LinuxIO
import ServiceLifecycle
import Synchronization

/// Answers gateways that ask how fast they may come, one datagram for one, on a thread of its own.
///
/// It signs nothing and remembers nobody: all of a group get the same bytes until the next decision.
package final class HintServer: Service, @unchecked Sendable {
  // Unchecked: the socket belongs to the one thread; all else is locked.
  package let address: Endpoint
  private let socket: Descriptor
  private let answers = Mutex<[TopicName: [UInt8]]>([:])
  private let counts = Mutex<(answered: Int, refused: Int)>((0, 0))
  private let isEnding = Atomic(false)

  package init(on address: Endpoint) throws(SystemError) {
    socket = try UDPStream.listen(on: address)
    self.address = UDPStream.localEndpoint(of: socket) ?? address
  }

  /// Has a group answered with this payload from now on.
  package func answer(_ group: TopicName, with payload: [UInt8]) {
    // The rule of this service: no answer is longer than its question.
    guard payload.count <= PolicyHint.requestBytes else { return }
    answers.withLock { $0[group] = payload }
  }

  /// How many questions were answered, and how many were not because there were too many.
  package var totals: (answered: Int, refused: Int) { counts.withLock(\.self) }

  package func run() async throws {
    let (ended, end) = AsyncStream<Void>.makeStream()
    let thread = Thread { [self] in
      serve()
      end.finish()
    }
    thread.name = "hints"
    thread.start()
    await withGracefulShutdownHandler {
      for await _ in ended {}
    } onGracefulShutdown: {
      self.isEnding.store(true, ordering: .relaxed)
    }
  }

  private func serve() {
    var budget = HintBudget()
    while !isEnding.load(ordering: .relaxed) {
      var entry = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
      // Wakes to see whether it should end.
      guard poll(&entry, 1, 250) > 0 else { continue }
      for _ in 0..<256 {
        guard let question = UDPStream.receive(on: socket, limit: PolicyHint.requestBytes + 1) else { break }
        reply(to: question.bytes, of: question.sender, &budget)
      }
    }
  }

  private func reply(to bytes: [UInt8], of sender: Endpoint, _ budget: inout HintBudget) {
    // What is no question costs no answer, and so nothing of anybody's budget.
    guard let group = PolicyHint.group(of: bytes), let answer = answers.withLock({ $0[group] }) else {
      return
    }
    guard budget.take(sender.address, now: Clocks.sinceBoot) else {
      return counts.withLock { $0.refused += 1 }
    }
    // First the count: who has the answer may look at it.
    counts.withLock { $0.answered += 1 }
    UDPStream.send(answer, on: socket, to: sender)
  }
}
