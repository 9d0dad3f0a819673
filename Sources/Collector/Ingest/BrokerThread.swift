import FleetContract
import Foundation
import LinuxIO
import MQTTClient
import Synchronization

/// The one thread that runs the poll loop of the collector's MQTT session.
///
/// Others leave orders and are told of connections through `reports`; messages go to the inbox.
final class BrokerThread: Sendable {
  enum Order: Sendable {
    case connect(MQTTEndpoint)
    case publish([MQTTMessage])
    /// As `publish`, and calls when the broker has answered.
    case publishTold(MQTTMessage, @Sendable (_ isTaken: Bool) -> Void)
    /// As `publishTold`, for each of the messages; says also where one cannot be handed over.
    case offer([MQTTMessage], @Sendable (Offer.Answer) -> Void)
    /// Publishes now, and again with every connection: what a broker keeps it may have lost.
    case keep(MQTTMessage)
    /// Says to all gateways whether there is somebody who stores.
    case announce(online: Bool)
    /// Says farewell, disconnects and ends the thread.
    case leave
  }

  enum Report: Sendable {
    case connected(sessionPresent: Bool)
    /// The connection is over; `patience` where the broker asked for a longer pause.
    case ended(String, patience: Bool)
  }

  let reports: AsyncStream<Report>
  private let report: AsyncStream<Report>.Continuation
  private let orders = Mutex<[Order]>([])
  private let wakeRead: CInt
  private let wakeWrite: CInt

  init() throws(SystemError) {
    (reports, report) = AsyncStream.makeStream()
    var ends: [CInt] = [-1, -1]
    try system("pipe", "the broker's thread") { pipe(&ends) }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    (wakeRead, wakeWrite) = (ends[0], ends[1])
  }

  deinit {
    close(wakeRead)
    close(wakeWrite)
  }

  func send(_ order: Order) {
    orders.withLock { $0.append(order) }
    wake()
  }

  /// Makes the loop look again at its orders and at the inbox.
  func wake() { _ = write(wakeWrite, [1], 1) }

  func start(_ identity: CollectorIdentity, inbox: Inbox) {
    let thread = Thread { [self] in
      do {
        let loop = try SessionLoop(identity, inbox)
        run(loop)
      } catch {
        report.yield(.ended(String(describing: error), patience: true))
      }
      report.finish()
    }
    thread.name = "broker"
    thread.start()
  }

  private func run(_ loop: SessionLoop) {
    while !loop.hasLeft {
      for order in orders.withLock({
        let all = $0; $0 = []; return all
      }) { loop.obey(order) }
      var entries = [pollfd(fd: wakeRead, events: Int16(POLLIN), revents: 0)]
      if let entry = loop.interest { entries.append(entry) }
      poll(&entries, nfds_t(entries.count), 500)
      if entries[0].revents != 0 {
        var sink = [UInt8](repeating: 0, count: 64)
        while read(wakeRead, &sink, sink.count) > 0 {}
      }
      loop.turn(entries.count > 1 ? entries[1].revents : 0)
      for told in loop.takeReports() { report.yield(told) }
    }
  }
}
