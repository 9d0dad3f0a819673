import CPostgres

/// Where a PostgreSQL store is: a connection URI as libpq reads it, without a password.
///
/// A password belongs in a file that libpq reads by itself (`passfile=`, `$PGPASSFILE`, `~/.pgpass` or a service file), so
/// that no list of processes, log or configuration shows it.
package struct PostgresLocation: Hashable, Sendable, CustomStringConvertible {
  package let uri: String

  /// Throws `SQLError` (`foreign`) with what is wrong with it.
  package init(_ uri: String) throws(SQLError) {
    if let missing = CPostgres_missing() {
      throw SQLError(
        .foreign, "PostgreSQL's library is not installed (\(String(cString: missing))); apt install libpq5")
    }
    var message: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(uri, &message) else {
      defer { PQfreemem(message) }
      let problem = message.map { String(cString: $0) } ?? "is no connection URI"
      throw SQLError(.foreign, String(problem.prefix { !$0.isNewline }))
    }
    defer { PQconninfoFree(options) }
    var option = options
    while let keyword = option.pointee.keyword {
      if String(cString: keyword) == "password", option.pointee.val != nil {
        throw SQLError(
          .foreign,
          "the URI holds a password, which others would see; put it in a file that 'passfile=' names")
      }
      option += 1
    }
    self.uri = uri
  }

  package static func isOne(_ text: String) -> Bool {
    text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
  }

  package var description: String { uri }
}
