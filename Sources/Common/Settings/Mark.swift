/// A place in a file, as an editor counts it.
package struct Mark: Hashable, Sendable {
  package var file: String
  /// 1 for the first line; 0 where the file as a whole is meant.
  package var line: Int
  /// 1 for the first character of a line; 0 where the file as a whole is meant.
  package var column: Int

  package init(file: String, line: Int = 0, column: Int = 0) {
    self.file = file
    self.line = line
    self.column = column
  }
}

extension Mark: Comparable {
  package static func < (left: Self, right: Self) -> Bool {
    (left.file, left.line, left.column) < (right.file, right.line, right.column)
  }
}

extension Mark: CustomStringConvertible {
  package var description: String { line == 0 ? file : "\(file):\(line):\(column)" }
}
