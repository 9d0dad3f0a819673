import Posture
import Synchronization

/// Numbers that take a look at much, kept for a while: who asks is told those there are, with their time, while newer ones
/// are made.
final class KeptNumbers<Value: Sendable>: Sendable {
  struct Kept: Sendable {
    var value: Value
    /// When they were made, by the clock of the wall.
    var asOf: WallTime
    fileprivate var made: Duration
    fileprivate var isBeingRenewed = false
  }

  /// For how long they are as good as new ones.
  private let fresh: Duration
  /// After how long nobody is told them any more.
  private let stale: Duration
  private let kept = Mutex<[String: Kept]>([:])

  /// How many are kept; beyond that all are forgotten.
  private static var limit: Int { 64 }

  init(fresh: Duration, stale: Duration) {
    self.fresh = fresh
    self.stale = stale
  }

  /// The numbers of a name; `later` does something where nobody waits for it.
  func numbers(
    _ name: String, at now: (wall: WallTime, ticks: Duration),
    later: (@escaping @Sendable () -> Void) -> Void, make: @escaping @Sendable () throws -> Value
  ) throws -> Kept {
    let (known, mustRenew) = kept.withLock { kept -> (Kept?, Bool) in
      guard let known = kept[name], now.ticks - known.made < stale else { return (nil, false) }
      if known.isBeingRenewed || now.ticks - known.made < fresh { return (known, false) }
      kept[name]?.isBeingRenewed = true
      return (known, true)
    }
    guard let known else { return keep(try make(), name, now) }
    guard mustRenew else { return known }
    later { [self] in
      if let value = try? make() {
        _ = keep(value, name, now)
      } else {
        kept.withLock { $0[name]?.isBeingRenewed = false }
      }
    }
    return kept.withLock { $0[name] } ?? known
  }

  private func keep(_ value: Value, _ name: String, _ now: (wall: WallTime, ticks: Duration)) -> Kept {
    let new = Kept(value: value, asOf: now.wall, made: now.ticks)
    kept.withLock { kept in
      if kept.count >= Self.limit, kept[name] == nil { kept = [:] }
      kept[name] = new
    }
    return new
  }
}
