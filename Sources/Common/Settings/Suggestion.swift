/// What a person most likely meant by a word that is not in a list.
package struct Suggestion {
  private let nearest: String?
  private let known: [String]

  package init(for word: String, among known: [String]) {
    self.known = known
    let allowed = max(1, min(3, word.count / 3))
    let ranked = known.map { ($0, Self.distance(word.lowercased(), $0.lowercased())) }
    nearest = ranked.min { $0.1 < $1.1 }.flatMap { $0.1 <= allowed ? $0.0 : nil }
  }

  /// `did you mean 'x'?`, or the words there are.
  package var sentence: String {
    if let nearest { return "did you mean '\(nearest)'?" }
    return known.isEmpty ? "nothing is known here" : "known: \(known.joined(separator: ", "))"
  }

  /// Words longer than this are compared by their beginning.
  private static let limit = 64

  /// The edits that turn one word into another: insert, delete, replace, swap neighbours
  /// (optimal string alignment).
  static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left.unicodeScalars.prefix(limit))
    let right = Array(right.unicodeScalars.prefix(limit))
    var before: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1] + Array(repeating: 0, count: right.count)
      for column in right.indices {
        let same = left[row] == right[column]
        var best = min(last[column] + (same ? 0 : 1), last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, before[column - 1] + 1)
        }
        current[column + 1] = best
      }
      before = last
      last = current
    }
    return last[right.count]
  }
}
