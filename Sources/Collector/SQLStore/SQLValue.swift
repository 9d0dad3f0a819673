package import FoundationEssentials

/// What a column holds, the same in both engines.
package enum SQLValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case bytes(Data)
}

/// What can be handed to a statement and read from a row.
package protocol SQLConvertible {
  var sqlValue: SQLValue { get }

  /// `nil` where the value is of another kind.
  init?(_ value: SQLValue)
}

extension SQLValue: SQLConvertible {
  package var sqlValue: SQLValue { self }
  package init?(_ value: SQLValue) { self = value }
}

extension Int64: SQLConvertible {
  package var sqlValue: SQLValue { .integer(self) }
  package init?(_ value: SQLValue) {
    guard case .integer(let number) = value else { return nil }
    self = number
  }
}

extension Int: SQLConvertible {
  package var sqlValue: SQLValue { .integer(Int64(self)) }
  package init?(_ value: SQLValue) {
    guard case .integer(let number) = value else { return nil }
    self = Int(number)
  }
}

extension Bool: SQLConvertible {
  /// Stored as 0 or 1.
  package var sqlValue: SQLValue { .integer(self ? 1 : 0) }
  package init?(_ value: SQLValue) {
    guard case .integer(let number) = value else { return nil }
    self = number != 0
  }
}

extension Double: SQLConvertible {
  package var sqlValue: SQLValue { .real(self) }
  package init?(_ value: SQLValue) {
    switch value {
    case .real(let number): self = number
    case .integer(let number): self = Double(number)
    case .null, .text, .bytes: return nil
    }
  }
}

extension String: SQLConvertible {
  package var sqlValue: SQLValue { .text(self) }
  package init?(_ value: SQLValue) {
    guard case .text(let text) = value else { return nil }
    self = text
  }
}

extension Data: SQLConvertible {
  package var sqlValue: SQLValue { .bytes(self) }
  package init?(_ value: SQLValue) {
    guard case .bytes(let bytes) = value else { return nil }
    self = bytes
  }
}
