package import Posture

/// How long findings stay open, as a distribution that does not forget those that still are.
///
/// The share still open after a time is Kaplan and Meier's estimate (J. Am. Stat. Assoc. 53, 1958): leaving out what is
/// not closed yet would make every fleet look fast.
package struct TimeToClose: Hashable, Sendable {
  package private(set) var closed = 0
  package private(set) var open = 0
  /// After how many milliseconds which share is still open; falls from step to step.
  private var curve: [(after: Int64, stillOpen: Double)] = []

  package init(_ episodes: some Sequence<Episode>, now: WallTime) {
    self.init(
      episodes.map {
        (max(0, ($0.closed ?? now).milliseconds - $0.detected.milliseconds), $0.closed != nil, 1)
      })
  }

  /// Takes how many were open for how many milliseconds, and whether they are closed.
  package init(_ times: [(after: Int64, isClosed: Bool, count: Int)]) {
    let times = times.sorted { ($0.after, $1.isClosed ? 1 : 0) < ($1.after, $0.isClosed ? 1 : 0) }
    for time in times {
      if time.isClosed { closed += time.count } else { open += time.count }
    }
    var share = 1.0
    var atRisk = closed + open
    var index = 0
    while index < times.count {
      let after = times[index].after
      var ended = 0
      var left = 0
      while index < times.count, times[index].after == after {
        if times[index].isClosed { ended += times[index].count } else { left += times[index].count }
        index += 1
      }
      if ended > 0 {
        share *= 1 - Double(ended) / Double(atRisk)
        curve.append((after, share))
      }
      atRisk -= ended + left
    }
  }

  /// The time after which a share of findings is closed; `nil` where so many are not.
  package func quantile(_ share: Double) -> Duration? {
    curve.first { $0.stillOpen <= 1 - share + 1e-12 }.map { .milliseconds($0.after) }
  }

  /// The share that is closed within a time.
  package func closedWithin(_ time: Duration) -> Double {
    let limit = time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
    return 1 - (curve.last { $0.after <= limit }?.stillOpen ?? 1)
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.closed == right.closed && left.open == right.open
      && left.curve.elementsEqual(right.curve) { $0.after == $1.after && $0.stillOpen == $1.stillOpen }
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(closed)
    hasher.combine(open)
  }
}

extension TimeToClose: Encodable {
  private enum CodingKeys: String, CodingKey {
    case closed, open
    case quantiles = "seconds_until_closed"
    case within = "share_closed_within"
  }

  /// The shares whose time is told.
  package static let shares = [0.1, 0.25, 0.5, 0.75, 0.9]
  /// The days for which a share is told.
  package static let days = [1, 7, 14, 30, 90]

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(closed, forKey: .closed)
    try container.encode(open, forKey: .open)
    var quantiles: [String: Int64] = [:]
    for share in Self.shares {
      quantiles["p\(Int(share * 100))"] = quantile(share)?.components.seconds
    }
    try container.encode(quantiles, forKey: .quantiles)
    var within: [String: Double] = [:]
    for days in Self.days { within["\(days)d"] = closedWithin(.seconds(days * 86_400)) }
    try container.encode(within, forKey: .within)
  }
}
