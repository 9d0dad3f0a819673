/// Why a MUD file cannot be used, with its place.
package struct MUDError: Error {
  package var file: String
  /// Where in the file: a JSON pointer (RFC 6901), or line and column where it is no JSON; empty for the whole.
  package var place: String
  package var problem: String
}

extension MUDError: CustomStringConvertible {
  package var description: String {
    place.isEmpty ? "\(file): \(problem)" : "\(file): \(place): \(problem)"
  }
}
