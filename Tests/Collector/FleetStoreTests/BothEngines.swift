import BrokerFixture
import FleetStore
import PostgresFixture
import SQLStore
import Testing

/// Runs every test twice: with a file, and with a database of a real PostgreSQL server.
struct OnBothEngines: SuiteTrait, TestTrait, TestScoping {
  let isRecursive = true

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    for engine in [Engine.sqlite, .postgresql] {
      try await Places.$engine.withValue(engine) { try await function() }
    }
  }
}

extension Trait where Self == OnBothEngines {
  static var onBothEngines: Self { OnBothEngines() }
}

/// Where the stores of a test are.
enum Places {
  @TaskLocal static var engine = Engine.sqlite

  /// A place where no store is yet.
  static func new(in directory: TemporaryDirectory) throws -> String {
    switch engine {
    case .sqlite: "\(directory.path)/\(UInt64.random(in: 0 ... .max)).sqlite"
    case .postgresql: try PostgresFixture.shared.get().database()
    }
  }

  /// A store as its engine sees it.
  static func database(_ path: String) throws -> any DatabaseAccess {
    if PostgresLocation.isOne(path) {
      return try PostgresServer(PostgresLocation(path), schema: PostgresSchema(tables: [:]))
    }
    return try SQLiteFile(path, manyReaders: false)
  }
}
