import SQLStore

extension FleetStore {
  /// Changes something in one transaction.
  func change<Value>(
    _ order: WriteOrder = .alone, _ body: (Database) throws -> Value
  ) throws(StoreError) -> Value {
    do { return try database.write(order, body) } catch { throw StoreError(error, path: path) }
  }

  /// Reads what belongs to one moment.
  func view<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do { return try database.read(body) } catch { throw StoreError(error, path: path) }
  }
}
