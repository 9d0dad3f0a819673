/// An outage of an area, from its first lost gateway to its last return.
package struct Outage: Hashable, Sendable, Codable {
  package enum Cause: String, Hashable, Sendable, Codable {
    /// Many gateways of an area were lost within minutes.
    case lost
    /// Somebody had announced it.
    case planned
  }

  /// Who is away at a time.
  package struct Sample: Hashable, Sendable, Codable {
    package var time: Int64
    package var away: Int

    package init(time: Int64, away: Int) {
      self.time = time
      self.away = away
    }
  }

  /// More are thinned out to half.
  static let sampleLimit = 480

  package var cause: Cause
  /// Times are in milliseconds since 1970.
  package var began: Int64
  /// The most that were away at once, or were announced to be.
  package var peak: Int
  /// When gateways began to come back; `nil` until then.
  package var returning: Int64?
  package var ended: Int64?
  package var samples: [Sample] = []

  package init(cause: Cause, began: Int64, peak: Int, samples: [Sample] = []) {
    self.cause = cause
    self.began = began
    self.peak = peak
    self.samples = samples
  }

  package var away: Int { samples.last?.away ?? 0 }

  mutating func add(_ sample: Sample) {
    samples.append(sample)
    guard samples.count > Self.sampleLimit else { return }
    samples = samples.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
  }

  /// When 99 % of all will be back, going by the last few minutes; `nil` while nobody returns.
  package var eta: Int64? {
    guard returning != nil, ended == nil, let last = samples.last else { return nil }
    let left = Double(last.away) - 0.01 * Double(peak)
    if left <= 0 { return last.time }
    // Long enough for chance to even out, and short enough to follow the speed.
    let before = samples.last { last.time - $0.time >= 90_000 } ?? samples.first
    guard let before, before.away > last.away, before.time < last.time else { return nil }
    let rate = Double(before.away - last.away) / Double(last.time - before.time)
    return last.time + Int64(min(left / rate, 30 * 86_400_000))
  }
}
