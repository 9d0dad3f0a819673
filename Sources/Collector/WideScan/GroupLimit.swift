/// Spares who shares a line or a device: each group of addresses gets its probes with a distance between them.
///
/// Time is in nanoseconds of a clock that never goes back.
struct GroupLimit: Sendable {
  private let groups: Groups
  private let distance: Int64
  private var free: [Int64]

  /// Which group an address is of.
  private enum Groups: Sendable {
    /// Prefixes, in the order of their first addresses; version 4 first.
    case prefixes([AddressSpan], shift4: UInt128, shift6: UInt128, offsets: [Int])
    case blocks([AddressSpan], numbers: [Int])
  }

  /// Takes the prefixes that `blocks` touch, of lengths such as 24 and 56.
  init(blocks: [AddressBlock], length4: Int, length6: Int, perSecond: Double) {
    let (shift4, shift6) = (UInt128(32 - length4), UInt128(128 - length6))
    let spans = blocks.map(\.span).sorted {
      ($0.isVersion4 ? 0 : 1, $0.first) < ($1.isVersion4 ? 0 : 1, $1.first)
    }
    var (offsets, count): ([Int], Int) = ([], 0)
    var last: (isVersion4: Bool, prefix: UInt128)?
    for span in spans {
      let shift = span.isVersion4 ? shift4 : shift6
      let (low, high) = (span.first >> shift, span.last >> shift)
      // Two blocks inside one prefix share its limit.
      if let last, last.isVersion4 == span.isVersion4, last.prefix == low { count -= 1 }
      offsets.append(count)
      count += Int(high - low) + 1
      last = (span.isVersion4, high)
    }
    groups = .prefixes(spans, shift4: shift4, shift6: shift6, offsets: offsets)
    distance = Int64((1e9 / perSecond).rounded(.up))
    free = [Int64](repeating: .min, count: count)
  }

  /// Takes customers, each with all of its blocks.
  init(customers: [[AddressBlock]], perSecond: Double) {
    let all = customers.enumerated().flatMap { number, blocks in blocks.map { ($0.span, number) } }
      .sorted { ($0.0.isVersion4 ? 0 : 1, $0.0.first) < ($1.0.isVersion4 ? 0 : 1, $1.0.first) }
    groups = .blocks(all.map(\.0), numbers: all.map(\.1))
    distance = Int64((1e9 / perSecond).rounded(.up))
    free = [Int64](repeating: .min, count: customers.count)
  }

  private func group(_ number: UInt128, _ isVersion4: Bool) -> Int? {
    switch groups {
    case .prefixes(let spans, let shift4, let shift6, let offsets):
      guard let place = Self.place(of: number, isVersion4, in: spans) else { return nil }
      let shift = isVersion4 ? shift4 : shift6
      return offsets[place] + Int((number >> shift) - (spans[place].first >> shift))
    case .blocks(let spans, let numbers):
      return Self.place(of: number, isVersion4, in: spans).map { numbers[$0] }
    }
  }

  private static func place(of number: UInt128, _ isVersion4: Bool, in spans: [AddressSpan]) -> Int? {
    var (low, high) = (0, spans.count)
    while low < high {
      let middle = (low + high) / 2
      let span = spans[middle]
      let isBefore = span.isVersion4 == isVersion4 ? span.first <= number : span.isVersion4
      if isBefore { low = middle + 1 } else { high = middle }
    }
    guard low > 0, spans[low - 1].isVersion4 == isVersion4, spans[low - 1].last >= number else { return nil }
    return low - 1
  }

  /// When a probe to `target` may leave; `now` or earlier means at once.
  func time(for target: Target) -> Int64 {
    group(target.number, target.isVersion4).map { free[$0] } ?? .min
  }

  /// Notes that one has left.
  mutating func take(_ target: Target, at now: Int64) {
    if let group = group(target.number, target.isVersion4) { free[group] = max(now, free[group]) + distance }
  }
}
