/// Finds the longest text that no match can lack.
struct LiteralFinder {
  private(set) var best: [UInt8] = []
  private var run: [UInt8] = []

  mutating func visit(_ node: Node) {
    switch node {
    case .scalar(let scalar):
      if scalar < 0x80 { run.append(ASCII.lowercased(UInt8(scalar))) } else { endRun() }
    case .set(let set):
      if let letter = Self.onlyLetter(of: set) { run.append(letter) } else { endRun() }
    case .group(_, let body): visit(body)
    case .sequence(let parts): for part in parts { visit(part) }
    case .repeated(let body, let min, _, _):
      endRun()
      guard min > 0 else { return }
      visit(body)
      endRun()
    case .choice: endRun()
    // What consumes nothing leaves its neighbours next to each other.
    case .empty, .assertion: break
    }
  }

  mutating func endRun() {
    if run.count > best.count { best = run }
    run.removeAll(keepingCapacity: true)
  }

  /// The lower case of a letter, where the set holds nothing but its two cases or one of them.
  private static func onlyLetter(of set: ScalarSet) -> UInt8? {
    guard let first = set.ranges.first?.lowerBound, first < 0x80, set.ranges.count <= 2,
      set.ranges.allSatisfy({ $0.count == 1 })
    else { return nil }
    let letter = ASCII.lowercased(UInt8(first))
    return set.ranges.allSatisfy {
      $0.lowerBound < 0x80 && ASCII.lowercased(UInt8($0.lowerBound)) == letter
    } ? letter : nil
  }
}

/// The case of ASCII letters.
package enum ASCII {
  @inline(__always)
  package static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
