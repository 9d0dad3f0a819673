import BrokerFixture
import Foundation
import GRDB
import PostgresFixture

/// The store of a collector that is measured, and what is in it afterwards.
struct MeasuredStore {
  enum Engine: String {
    case sqlite, postgresql
  }

  struct Rows {
    var events: Int
    var postures: Int
  }

  private let place: TemporaryDirectory
  private let server: PostgresFixture?
  private let uri: String?

  init(_ engine: Engine, in place: TemporaryDirectory) throws {
    self.place = place
    server = engine == .postgresql ? try PostgresFixture() : nil
    uri = try server?.database()
  }

  /// What the collector's configuration file says of it.
  var setting: String { uri.map { "store: \($0)\n" } ?? "" }

  func rows() throws -> Rows {
    let sql = ["event", "posture"].map { "(SELECT count(*) FROM \($0))" }
    if let server, let uri, let database = uri.split(separator: "?").first?.split(separator: "/").last {
      let counts = sql.map { $0.replacing("FROM ", with: "FROM kadomori.") }
      let text = try server.sql("SELECT \(counts.joined(separator: " || ' ' || "))", in: String(database))
      let numbers = text.split(separator: " ").map { Int($0) ?? -1 }
      return Rows(events: numbers.first ?? -1, postures: numbers.last ?? -1)
    }
    return try DatabaseQueue(path: place.path + "/state/fleet.sqlite").read { db in
      Rows(
        events: try Int.fetchOne(db, sql: "SELECT " + sql[0]) ?? -1,
        postures: try Int.fetchOne(db, sql: "SELECT " + sql[1]) ?? -1)
    }
  }
}
