/// What a database refused, in the words of both engines.
package struct SQLError: Error, Hashable, Sendable {
  package enum Code: Hashable, Sendable {
    /// The database cannot be reached, or ended the connection.
    case unreachable
    /// No space left.
    case full
    /// Others hold it for too long.
    case busy
    /// Another transaction came first: the same one may succeed at once.
    case conflict
    case permission
    /// There is no such database, or it is none of ours.
    case foreign
    case damaged
    /// The disk failed.
    case disk
    /// A rule of a table.
    case constraint
    case other
  }

  /// The only part to compare.
  package var code: Code
  /// What the engine said; never what a row holds.
  package var message: String
  /// `SQLITE_…` as a number, or the SQLSTATE.
  package var state: String

  package init(_ code: Code, _ message: String, state: String = "") {
    self.code = code
    self.message = message
    self.state = state
  }
}

extension SQLError: CustomStringConvertible {
  package var description: String { state.isEmpty ? message : "\(message) (\(state))" }
}
