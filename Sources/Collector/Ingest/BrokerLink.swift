import LinuxIO
package import MQTTClient
import ServiceLifecycle

/// Where the broker is, by name or address.
package struct BrokerAddress: Hashable, Sendable, CustomStringConvertible {
  package var host: String
  package var port: UInt16

  package init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// Keeps the collector connected to its broker, for as long as the service runs.
package final class BrokerLink: Service {
  private let address: BrokerAddress
  private let identity: CollectorIdentity
  private let inbox: Inbox
  private let board: NoticeBoard
  private let thread: BrokerThread
  private let whenListening: @Sendable () async -> Void

  /// Creates a link; `whenListening` returns when an attempt to connect makes sense.
  package init(
    to address: BrokerAddress, as identity: CollectorIdentity, inbox: Inbox, board: NoticeBoard,
    whenListening: @escaping @Sendable () async -> Void = {}
  ) throws {
    self.address = address
    self.identity = identity
    self.inbox = inbox
    self.board = board
    self.whenListening = whenListening
    self.thread = try BrokerThread()
  }

  /// Publishes soon, or never where there is no connection.
  func publish(_ messages: [MQTTMessage]) { thread.send(.publish(messages)) }

  /// Publishes soon, and says on the broker's thread whether the broker has taken the message for anybody.
  ///
  /// Without a connection it says nothing.
  func publish(_ message: MQTTMessage, told: @escaping @Sendable (_ isTaken: Bool) -> Void) {
    thread.send(.publishTold(message, told))
  }

  /// Publishes messages in their order, and returns when the broker has answered to each that could be handed over.
  ///
  /// Where the session ends before, that is in the next; a task that is cancelled does not wait.
  func offer(_ messages: [MQTTMessage]) async -> Offer {
    var offer = Offer()
    if messages.isEmpty { return offer }
    let (answers, answer) = AsyncStream<Offer.Answer>.makeStream()
    thread.send(.offer(messages) { answer.yield($0) })
    var left = messages.count
    for await one in answers {
      offer.add(one)
      left -= 1
      if left == 0 { break }
    }
    return offer
  }

  /// Publishes a message that the broker keeps, now and with every connection.
  package func keep(_ message: MQTTMessage) { thread.send(.keep(message)) }

  /// Tells the gateways whether there is somebody who stores.
  func announce(online: Bool) { thread.send(.announce(online: online)) }

  /// Says that the inbox has room again.
  func resume() { thread.wake() }

  package func run() async throws {
    thread.start(identity, inbox: inbox)
    await withGracefulShutdownHandler {
      await keepConnected()
    } onGracefulShutdown: {
      self.thread.send(.leave)
    }
  }

  private func keepConnected() async {
    var reports = thread.reports.makeAsyncIterator()
    var backoff = Backoff()
    var attempt = 0
    while true {
      var problem: String
      var patience = false
      let started = Clocks.sinceBoot
      await whenListening()
      do {
        let addresses = try await Resolver.addresses(of: address.host)
        let endpoint = MQTTEndpoint.ip(addresses[attempt % max(1, addresses.count)], port: address.port)
        board.post(.connecting(endpoint.description))
        thread.send(.connect(endpoint))
        guard let end = await connection(&reports) else { return }
        (problem, patience) = end
      } catch {
        problem = error.description
      }
      if Task.isShuttingDownGracefully {
        // The thread may have had nothing to say farewell to.
        while await reports.next() != nil {}
        return
      }
      attempt += 1
      if Clocks.sinceBoot - started > .seconds(60) { backoff.held() }
      let pause = backoff.failed() * (patience ? 4 : 1)
      board.post(.disconnected(problem, retryIn: pause))
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
    }
  }

  /// Waits until the connection is over; `nil` where the thread is.
  private func connection(
    _ reports: inout AsyncStream<BrokerThread.Report>.AsyncIterator
  ) async -> (String, patience: Bool)? {
    while let report = await reports.next() {
      switch report {
      case .connected(let present):
        board.post(.connected(address.description, sessionPresent: present))
      case .ended(let problem, let patience): return (problem, patience)
      }
    }
    return nil
  }
}
