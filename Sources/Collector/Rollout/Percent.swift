/// A share in hundredths of a percent, from none to all.
package struct Percent: Hashable, Sendable, Comparable {
  package let hundredths: Int

  package static let none = Percent(known: 0)
  package static let all = Percent(known: 10_000)

  private init(known hundredths: Int) {
    self.hundredths = hundredths
  }

  package init?(hundredths: Int) {
    guard (0...10_000).contains(hundredths) else { return nil }
    self.hundredths = hundredths
  }

  package static func < (left: Self, right: Self) -> Bool { left.hundredths < right.hundredths }

  /// The share of a number, rounded up.
  package func share(of count: Int) -> Int { (count * hundredths + 9_999) / 10_000 }

  /// Whether `part` of `whole` is more than this share.
  package func isExceeded(by part: Int, of whole: Int) -> Bool { part * 10_000 > whole * hundredths }
}

extension Percent: LosslessStringConvertible {
  /// Reads `10%` or `0.5%`, with up to two digits behind the point; the sign may be left out.
  package init?(_ text: String) {
    let parts = (text.hasSuffix("%") ? text.dropLast() : text[...]).split(
      separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
      parts.allSatisfy({
        (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) }
      }),
      let whole = Int(parts[0])
    else { return nil }
    var fraction = 0
    if parts.count == 2 {
      guard parts[1].utf8.count <= 2, let digits = Int(parts[1]) else { return nil }
      fraction = parts[1].utf8.count == 1 ? digits * 10 : digits
    }
    self.init(hundredths: whole * 100 + fraction)
  }

  package var description: String {
    let rest = hundredths % 100
    return rest == 0 ? "\(hundredths / 100)%" : "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)%"
  }
}
