/// Many rows for one statement, which reads them as a table.
package struct RowList: Sendable {
  /// What a column holds; every value may be null.
  package enum Kind: String, Hashable, Sendable {
    case text, integer
  }

  package let columns: [Kind]
  /// All values, row after row.
  private(set) var values: [SQLValue] = []

  package init(_ columns: Kind...) {
    self.columns = columns
  }

  package var count: Int { values.count / columns.count }
  package var isEmpty: Bool { values.isEmpty }

  /// Adds a row, which has a value for each column.
  package mutating func append(_ row: [SQLValue]) {
    precondition(row.count == columns.count, "\(row.count) values for \(columns.count) columns")
    values += row
  }

  package mutating func removeAll() { values.removeAll(keepingCapacity: true) }

  package mutating func append(_ row: (any SQLConvertible)?...) {
    append(row.map { $0?.sqlValue ?? .null })
  }

  var rows: some Sequence<ArraySlice<SQLValue>> {
    (0..<count).lazy.map { values[($0 * columns.count)..<(($0 + 1) * columns.count)] }
  }

  func column(_ place: Int) -> some Sequence<SQLValue> {
    stride(from: place, to: values.count, by: columns.count).lazy.map { values[$0] }
  }
}

extension Engine {
  /// A list of rows as a table, to stand behind FROM: its name and its columns in their order.
  ///
  /// SQLite sees one row of it at a time.
  package func table(_ name: String, _ columns: KeyValuePairs<String, RowList.Kind>) -> String {
    switch self {
    case .sqlite:
      let places = columns.enumerated().map { "?\($0 + 1) AS \($1.key)" }.joined(separator: ", ")
      return "(SELECT \(places)) AS \(name)"
    case .postgresql:
      let names = columns.map(\.key).joined(separator: ", ")
      return "unnest(\(arrays(columns.map(\.value)))) AS \(name) (\(names))"
    }
  }

  /// The rows of a list, to stand behind INSERT INTO and the columns.
  package func values(_ columns: [RowList.Kind]) -> String {
    switch self {
    case .sqlite: "VALUES (\(columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")))"
    case .postgresql: "SELECT * FROM unnest(\(arrays(columns)))"
    }
  }

  private func arrays(_ kinds: [RowList.Kind]) -> String {
    kinds.enumerated().map { place, kind in
      "CAST(?\(place + 1) AS \(kind == .text ? "TEXT[]" : "BIGINT[]"))"
    }.joined(separator: ", ")
  }
}
