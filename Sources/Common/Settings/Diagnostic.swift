/// One thing that is wrong with a file, and what to do about it.
package struct Diagnostic: Error, Hashable, Sendable {
  package enum Severity: String, Hashable, Sendable, Codable {
    case error, warning
  }

  package var severity: Severity
  package var mark: Mark
  /// The path of the field, `needs[2].port`; empty where the file as a whole is meant.
  package var field: String
  package var message: String

  package init(severity: Severity = .error, mark: Mark, field: String = "", message: String) {
    self.severity = severity
    self.mark = mark
    self.field = field
    self.message = message
  }
}

extension Diagnostic: Comparable {
  /// Orders by place, then by message.
  package static func < (left: Self, right: Self) -> Bool {
    left.mark == right.mark ? left.message < right.message : left.mark < right.mark
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `FILE:LINE:COLUMN: field 'x.y': MESSAGE`, as compilers write it.
  package var description: String {
    let place = field.isEmpty ? "" : "field '\(field)': "
    let note = severity == .warning ? "warning: " : ""
    return "\(mark): \(note)\(place)\(message)"
  }
}

/// Everything that is wrong with one file.
package struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// In the order of the file; holds at least one error.
  package var diagnostics: [Diagnostic]

  package init(_ diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics
  }

  package var description: String {
    diagnostics.map(\.description).joined(separator: "\n")
  }
}

/// Gathers diagnostics while one document is read.
final class DiagnosticLog {
  /// A file that is wrong in more places than this is the wrong file.
  static let limit = 100

  private(set) var diagnostics: [Diagnostic] = []

  func add(_ diagnostic: Diagnostic) {
    if diagnostics.count < Self.limit { diagnostics.append(diagnostic) }
  }

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
