/// One of several equal parts of a scan: every `of`-th position, from `number` on.
///
/// Parts of the same scan share its key, and then no position is in two of them, none in no part, and their sizes differ
/// by one at most.
package struct Shard: Hashable, Sendable {
  /// 0 to ``of`` − 1.
  package let number: UInt64
  package let of: UInt64

  package static let whole = Shard(unchecked: 0, of: 1)
  /// The parts that one scan may have.
  package static let most: UInt64 = 65_536

  private init(unchecked number: UInt64, of: UInt64) {
    self.number = number
    self.of = of
  }

  package init?(_ number: UInt64, of: UInt64) {
    guard (1...Self.most).contains(of), number < of else { return nil }
    self.init(unchecked: number, of: of)
  }

  /// How many of `total` positions are in this part.
  package func count(of total: UInt64) -> UInt64 {
    total > number ? (total - number - 1) / of + 1 : 0
  }

  /// The position that is this part's `step`-th.
  package func position(_ step: UInt64) -> UInt64 { number + step * of }

  /// Which step of this part a position is; `nil` when it is another part's.
  package func step(of position: UInt64) -> UInt64? {
    position % of == number ? position / of : nil
  }
}

extension Shard: LosslessStringConvertible {
  /// Reads `1/4`, counted from 1 as people do.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { UInt64($0) }
    guard parts.count == 2, let number = parts[0], let of = parts[1], number > 0 else { return nil }
    self.init(number - 1, of: of)
  }

  package var description: String { "\(number + 1)/\(of)" }
}
