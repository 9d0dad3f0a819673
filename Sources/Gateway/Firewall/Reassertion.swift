/// Decides when to put our table back after others removed it, and when to stop: a fight with an administrator is
/// worse than an open port.
package struct Reassertion: Hashable, Sendable {
  /// Others change a ruleset in several steps; so wait until they are through.
  package static let debounce: Duration = .seconds(1)
  private static let most = 5
  private static let window: Duration = .seconds(600)

  private var past: [Duration] = []
  /// Whether it was put back so often that somebody has to look; until the next command.
  package private(set) var isContested = false

  package init() {}

  /// Notes that the table has to be put back now.
  ///
  /// - Returns: whether to do it; at most 5 times in 10 minutes.
  package mutating func begin(now: Duration) -> Bool {
    past.removeAll { $0 + Self.window <= now }
    if past.count >= Self.most { isContested = true }
    guard !isContested else { return false }
    past.append(now)
    return true
  }

  /// Somebody gave a command, so somebody looks.
  package mutating func forget() {
    self = Reassertion()
  }
}
