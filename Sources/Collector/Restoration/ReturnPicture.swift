/// Draws an outage and the return from it as text: who has a session, over time.
package struct ReturnPicture {
  private static let eighths: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// Lines of `width` columns, the uppermost first: full where all of those are there that were away at the worst.
  ///
  /// Each column is the mean of the samples that fall in it, or the one before where none does.
  package static func lines(_ outage: Outage, width: Int = 60, height: Int = 6) -> [String] {
    guard let first = outage.samples.first, let last = outage.samples.last, width > 0, height > 0 else {
      return []
    }
    let most = Double(max(1, outage.samples.map(\.away).max() ?? 1, outage.peak))
    // The clock of the collector may have been set back meanwhile.
    let span = Double(max(1, last.time - first.time))
    var sums = [(total: Double, count: Int)](repeating: (0, 0), count: width)
    for sample in outage.samples {
      let place = Double(sample.time - first.time) / span * Double(width)
      let column = Int(min(Double(width - 1), max(0, place)))
      sums[column].total += 1 - Double(sample.away) / most
      sums[column].count += 1
    }
    var parts: [Double] = []
    for sum in sums { parts.append(sum.count > 0 ? sum.total / Double(sum.count) : parts.last ?? 0) }
    return (0..<height).reversed().map { row in
      String(
        parts.map { part in
          let filled = part * Double(height) - Double(row)
          return eighths[Int((min(1, max(0, filled)) * 8).rounded())]
        })
    }
  }
}
