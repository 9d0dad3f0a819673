package import Addresses

/// Asks every address of the networks who has it, in spaced passes over those that stay silent.
package struct Sweep: Sendable {
  /// Four passes find 99.9 % of the devices where one frame in ten is lost each way.
  package static let passes = 4
  /// The pause between passes and after the last: the slowest answers of idle Wi-Fi clients take
  /// about one beacon interval times their listen interval, some 300 ms.
  package static let pause: Duration = .milliseconds(350)

  /// How many passes more there are when somebody is heard who has answered at no address.
  package static let furtherPasses = 4

  private var queue: ArraySlice<IPv4Address>
  private var silent: Set<IPv4Address>
  private let order: [IPv4Address]
  private var pass = 1
  private var limit = Sweep.passes
  private var resumesAt: Duration?

  package init(addresses: [IPv4Address]) {
    order = addresses
    queue = addresses[...]
    silent = Set(addresses)
  }

  package enum Step: Hashable, Sendable {
    case ask(IPv4Address)
    case wait(until: Duration)
    case finished
  }

  package mutating func next(now: Duration) -> Step {
    while let address = queue.popFirst() {
      if silent.contains(address) { return .ask(address) }
    }
    guard let resume = resumesAt else {
      resumesAt = now + Self.pause
      return .wait(until: now + Self.pause)
    }
    guard now >= resume else { return .wait(until: resume) }
    guard pass < limit, !silent.isEmpty else { return .finished }
    pass += 1
    resumesAt = nil
    queue = order[...]
    return next(now: now)
  }

  /// Goes on once more after it has finished.
  package mutating func goOn() { limit = Self.passes + Self.furtherPasses }

  package mutating func answered(_ address: IPv4Address) { silent.remove(address) }
}
