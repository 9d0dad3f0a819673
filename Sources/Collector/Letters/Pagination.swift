/// Which line of which block stands where on which sheet.
struct Pagination: Hashable, Sendable {
  /// Lines that belong together.
  struct Block: Hashable, Sendable {
    var lines: Int
    /// From one line to the next.
    var pitch: Double
    /// What stays empty below the last line, unless that ends a sheet.
    var gap: Double
  }

  struct Place: Hashable, Sendable {
    var block: Int
    var line: Int
    /// The upper edge.
    var top: Double
  }

  /// Blocks of so few lines are not torn apart.
  private static let together = 3

  private(set) var sheets: [[Place]] = [[]]

  init(_ blocks: [Block], first: Range<Double>, others: Range<Double>) {
    var (area, top) = (first, first.lowerBound)
    for (number, block) in blocks.enumerated() {
      for line in 0..<block.lines {
        let needed = line == 0 && block.lines <= Self.together ? block.lines : 1
        if top + Double(needed) * block.pitch > area.upperBound, sheets.last?.isEmpty == false {
          sheets.append([])
          (area, top) = (others, others.lowerBound)
        }
        sheets[sheets.count - 1].append(Place(block: number, line: line, top: top))
        top += block.pitch
      }
      top += block.gap
    }
  }
}
