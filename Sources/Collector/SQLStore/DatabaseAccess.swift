/// A store of rows that many threads use: an SQLite file or a PostgreSQL server.
package protocol DatabaseAccess: Sendable {
  var engine: Engine { get }

  /// Reads what belongs to one moment.
  func read<Value>(_ body: (Database) throws -> Value) throws -> Value

  /// Changes something in one transaction: all of it or nothing, and on the disk when this returns.
  ///
  /// Two of one `order` wait for each other, unless both are shared.
  func write<Value>(_ order: WriteOrder, _ body: (Database) throws -> Value) throws -> Value

  /// The same without holding a thread of the caller's.
  func write<Value: Sendable>(
    _ order: WriteOrder, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value

  /// Brings the tables to what this program knows.
  func migrate(_ migrations: Migrations) throws

  /// Which of the steps were taken, in their order.
  func applied(_ migrations: Migrations) throws -> [String]

  /// A Boolean value indicating whether a newer program took steps that this one does not know.
  func isSuperseded(_ migrations: Migrations) throws -> Bool

  /// Makes room for the rows of a time in a table that is divided by it; SQLite's are not.
  func makeParts(_ table: String, covering range: ClosedRange<Int64>) throws

  /// Takes away the rows before a time where that can be done at once; others stay.
  func dropParts(_ table: String, before time: Int64) throws

  /// What is wrong with what is stored, at most about 100 lines; reads all of it.
  func faults() throws -> [String]
}

extension DatabaseAccess {
  /// Changes something while nobody else changes anything but by ingest.
  package func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try write(.alone, body)
  }

  package func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await write(.alone, body)
  }
}

/// Who waits for whom; with SQLite everybody waits for everybody.
package enum WriteOrder: Hashable, Sendable {
  /// Beside records and parts of campaigns, but of everything else the only one.
  case alone
  /// Records of gateways, which lock their gateways: many at a time.
  case records
  /// Parts of campaigns, which lock their part: many at a time, but not beside `alone`.
  case parts
  /// Nobody else writes at all.
  case exclusive
}
