/// Ports of UDP among those that clients are given for a while, which nonetheless stay: a server's, then.
///
/// UDP has no state "listening", so a client that waits for an answer looks like a server. What is there three times, an
/// hour apart or more, is taken for one.
package struct LastingPorts: Hashable, Sendable, Codable {
  private static let enough = 3
  private static let pause: Int64 = 3_600_000
  /// Ports beyond are passed over; a busy resolver has a few hundred.
  private static let limit = 1024

  /// The start of the machine that it counts for.
  package var bootID: String
  private var countedMilliseconds: Int64?
  /// How many times a port was there, without a break.
  private var times: [UInt16: Int] = [:]

  package init(bootID: String) {
    self.bootID = bootID
  }

  private enum CodingKeys: String, CodingKey {
    case times
    case bootID = "boot_id"
    case countedMilliseconds = "counted_ms"
  }

  /// Counts the ports that are there now, at most once an hour; `now` in milliseconds since the machine was started.
  ///
  /// - Returns: whether it has counted.
  package mutating func look(at ports: Set<UInt16>, now: Int64) -> Bool {
    if let last = countedMilliseconds, now - last < Self.pause { return false }
    countedMilliseconds = now
    let seen = ports.sorted().prefix(Self.limit)
    times = Dictionary(uniqueKeysWithValues: seen.map { ($0, min(Self.enough, (times[$0] ?? 0) + 1)) })
    return true
  }

  /// The ports that have been there often enough.
  package var ports: Set<UInt16> { Set(times.filter { $0.value >= Self.enough }.keys) }
}
