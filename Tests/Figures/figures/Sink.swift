import BrokerFixture
import FleetContract
import Foundation
import MQTTClient
import Synchronization

/// A subscriber to all that a collector subscribes to, over the same library, that throws everything away.
final class Sink: Sendable {
  private struct Count {
    var received = 0
    var began: ContinuousClock.Instant?
    var last: ContinuousClock.Instant?
    var isOver = false
  }

  private let count = Mutex(Count())
  private let port: UInt16

  init(port: UInt16) throws {
    self.port = port
  }

  /// Returns when it is subscribed; from then on it receives.
  func begin() throws {
    let ready = DispatchSemaphore(value: 0)
    let thread = Thread { [self] in
      guard
        let session = try? MQTTSession(
          MQTTConfiguration(clientID: "sink", cleanStart: true, receiveMaximum: 1000)),
        (try? session.connect(to: .ip("127.0.0.1", port: port))) != nil
      else { return }
      while !count.withLock({ $0.isOver }) {
        var received = 0
        for event in session.turn(milliseconds: 100) {
          switch event {
          case .connected:
            for filter in TopicFilter.collectorState + TopicFilter.collectorStream {
              _ = try? session.subscribe(
                filter.description, qos: filter.qos == .atLeastOnce ? .atLeastOnce : .atMostOnce)
            }
          case .subscribed: ready.signal()
          case .message: received += 1
          default: break
          }
        }
        guard received > 0 else { continue }
        let now = ContinuousClock.now
        count.withLock { count in
          count.received += received
          count.began = count.began ?? now
          count.last = now
        }
      }
      _ = session.disconnect()
    }
    thread.start()
    guard ready.wait(timeout: .now() + 30) == .success else { throw FloodError("the sink is not let in") }
  }

  /// Waits until it has so many, or nothing has come for some seconds, and returns how many a second came.
  func end(expecting sent: Int) throws -> Double {
    var before = -1
    while true {
      let now = count.withLock { $0.received }
      if now >= sent || now == before { break }
      before = now
      Thread.sleep(forTimeInterval: 3)
    }
    return count.withLock { count in
      count.isOver = true
      guard let began = count.began, let last = count.last, last > began else { return 0 }
      return Double(count.received) / ((last - began) / .seconds(1))
    }
  }
}
