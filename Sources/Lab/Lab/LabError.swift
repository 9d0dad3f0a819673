/// What went wrong while building, using or removing a lab.
///
/// Only `code` is for comparing; `description` says what to do next.
package struct LabError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sorts of failure, with the exit status the command line gives each.
  package enum Code: Int32, Sendable, CaseIterable {
    case failed = 1
    case notFound = 3
    case usage = 64
    case missingDependency = 69
    case notPermitted = 77
    case interrupted = 130
  }

  package let code: Code
  package let description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
