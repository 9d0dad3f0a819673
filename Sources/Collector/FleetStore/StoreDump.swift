import Foundation
import SQLStore
import JSONTree

/// The store as lines of JSON, that another engine can read as well: what it is, every table's columns, every row.
///
/// ```
/// {"kadomori_store":1,"steps":["1 …","2 …"]}
/// {"columns":["id","…"],"table":"gateway"}
/// ["gw-…",1,null,{"b":"AAE="}]
/// {"end":2}
/// ```
package enum StoreDump {
  /// Bytes of one line.
  package static let lineLimit = 4 << 20

  enum Value: Encodable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    init(_ value: SQLValue) {
      self =
        switch value {
        case .null: .null
        case .integer(let number): .integer(number)
        case .real(let number): .text(String(number))
        case .text(let text): .text(text)
        case .bytes(let data): .bytes([UInt8](data))
        }
    }

    init?(_ value: JSONValue) {
      switch value {
      case .null: self = .null
      case .number(let text):
        guard let number = Int64(text) else { return nil }
        self = .integer(number)
      case .string(let text): self = .text(text)
      case .object(let members):
        guard members.count == 1, case .string(let text)? = members["b"], let data = Data(base64Encoded: text)
        else { return nil }
        self = .bytes([UInt8](data))
      case .bool, .array: return nil
      }
    }

    var stored: SQLValue {
      switch self {
      case .null: .null
      case .integer(let number): .integer(number)
      case .text(let text): .text(text)
      case .bytes(let bytes): .bytes(Data(bytes))
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .null: try container.encodeNil()
      case .integer(let number): try container.encode(number)
      case .text(let text): try container.encode(text)
      case .bytes(let bytes): try container.encode(["b": Data(bytes).base64EncodedString()])
      }
    }
  }
}

extension FleetStore {
  /// Hands over the whole store of one moment, line by line; returns how many rows.
  package func export(_ write: (String) throws -> Void) throws(StoreError) -> Int {
    let done: [String]
    do { done = try database.applied(Schema.migrator) } catch { throw StoreError(error, path: path) }
    return try view { db in
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      func line(_ value: some Encodable) throws {
        try write(String(decoding: try encoder.encode(value), as: UTF8.self))
      }
      struct Head: Encodable {
        var kadomori_store = 1
        var steps: [String]
      }
      struct Table: Encodable {
        var table: String
        var columns: [String]
      }
      try line(Head(steps: done))
      var count = 0
      for table in try Self.tables(db) {
        let columns = try db.columns(in: table)
        try line(Table(table: table, columns: columns))
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \"\(table)\"")
        while let row = try rows.next() {
          try line(columns.map { StoreDump.Value(row[$0] as SQLValue) })
          count += 1
        }
      }
      try line(["end": count])
      return count
    }
  }
}
