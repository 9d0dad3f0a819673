import FleetContract
import SQLStore
import JSONTree

/// Why an exported store cannot be read.
package struct DumpFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// From 1; 0 where it is the file.
  package var line: Int
  package var problem: String

  package init(line: Int, problem: String) {
    self.line = line
    self.problem = problem
  }

  package var description: String { line == 0 ? problem : "line \(line): \(problem)" }
}

extension FleetStore {
  /// Makes a new store of an exported one; `next` returns line after line, then `nil`.
  ///
  /// Either all of it is there or nothing: a file that was cut, or is of a newer version, changes nothing.
  package static func make(
    at path: String, from next: @escaping () throws -> String?
  ) throws -> (store: FleetStore, rows: Int) {
    var reader = DumpReader(next: next)
    let steps = try reader.head()
    let known = Schema.migrator.names
    guard let last = steps.last, known.starts(with: steps) else {
      throw reader.fault("is of a newer version; use the kadomori-collector that made it")
    }
    let database = try fresh(path)
    try database.migrate(Schema.migrator.upTo(last))
    let rows: Int
    do {
      rows = try database.write(.exclusive) { db in
        // Rows may come before what they refer to; at the end everything has to be there.
        try db.execute(sql: db.engine.deferReferences)
        let tables = try tables(db)
        for table in tables { try db.execute(sql: "DELETE FROM \"\(table)\"") }
        let count = try reader.rows(into: db, tables: Set(tables))
        try continueNumbers(db)
        return count
      }
    } catch let error as SQLError where error.code != .unreachable {
      throw reader.fault("is refused by the store: \(error.message)")
    }
    if let file = database as? SQLiteFile { try file.close() }
    return (try FleetStore.open(path), rows)
  }
}

/// Reads the lines of an exported store in their order.
private struct DumpReader {
  let next: () throws -> String?
  private var number = 0

  init(next: @escaping () throws -> String?) {
    self.next = next
  }

  func fault(_ problem: String) -> DumpFault { DumpFault(line: number, problem: problem) }

  private mutating func value() throws -> JSONValue {
    guard let line = try next() else { throw DumpFault(line: number + 1, problem: "the file ends too early") }
    number += 1
    do {
      return try JSONReader.read(Array(line.utf8), limit: StoreDump.lineLimit, deepest: 4)
    } catch {
      throw fault("is no JSON: \(error.problem)")
    }
  }

  mutating func head() throws -> [String] {
    guard case .object(let members) = try value(), members["kadomori_store"] == .number("1"),
      case .array(let steps)? = members["steps"]
    else { throw fault("is not the beginning of an exported store") }
    return try steps.map { step in
      guard case .string(let text) = step else { throw fault("'steps' is not a list of texts") }
      return text
    }
  }

  mutating func rows(into db: Database, tables: Set<String>) throws -> Int {
    var insert: String?
    var width = 0
    var count = 0
    while true {
      switch try value() {
      case .array(let items):
        guard let insert, items.count == width else { throw fault("is no row of its table") }
        let values = try items.map { item in
          guard let value = StoreDump.Value(item) else { throw fault("holds a value of an unknown kind") }
          return value.stored
        }
        try db.cachedStatement(sql: insert).execute(arguments: StatementArguments(values))
        count += 1
      case .object(let members):
        if case .number(let text)? = members["end"] {
          guard text == String(count) else {
            throw fault("\(text) rows were written, and \(count) are there")
          }
          guard try next() == nil else { throw fault("something follows the end") }
          return count
        }
        let (table, columns) = try heading(members, db, tables)
        width = columns.count
        let places = columns.map { _ in "?" }.joined(separator: ",")
        let names = columns.map { "\"\($0)\"" }.joined(separator: ",")
        insert = "INSERT INTO \"\(table)\" (\(names)) VALUES (\(places))"
      default: throw fault("is neither a table nor a row")
      }
    }
  }

  /// Only names that the schema has become part of a statement.
  private func heading(
    _ members: [String: JSONValue], _ db: Database, _ tables: Set<String>
  ) throws -> (String, [String]) {
    guard case .string(let table)? = members["table"], case .array(let items)? = members["columns"],
      tables.contains(table)
    else { throw fault("names no table of this version") }
    let known = Set(try db.columns(in: table))
    let columns = try items.map { item in
      guard case .string(let name) = item, known.contains(name) else {
        throw fault("names a column that \(table) does not have")
      }
      return name
    }
    guard !columns.isEmpty, Set(columns).count == columns.count else { throw fault("names a column twice") }
    return (table, columns)
  }
}
