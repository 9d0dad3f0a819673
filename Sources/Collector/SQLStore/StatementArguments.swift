/// The values of a statement's places: by order for `?` and `?1`, by name for `:name`.
package struct StatementArguments: Sendable {
  var values: [SQLValue]
  var named: [String: SQLValue]

  package init() {
    values = []
    named = [:]
  }

  package init(_ list: some Sequence<some SQLConvertible>) {
    values = list.map(\.sqlValue)
    named = [:]
  }

  package static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum += right
    return sum
  }

  package static func += (left: inout Self, right: Self) {
    left.values += right.values
    left.named.merge(right.named) { $1 }
  }

  var isEmpty: Bool { values.isEmpty && named.isEmpty }
}

extension StatementArguments: ExpressibleByArrayLiteral {
  package init(arrayLiteral elements: (any SQLConvertible)?...) {
    values = elements.map { $0?.sqlValue ?? .null }
    named = [:]
  }
}

extension StatementArguments: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, (any SQLConvertible)?)...) {
    values = []
    named = Dictionary(elements.map { ($0, $1?.sqlValue ?? .null) }) { $1 }
  }
}
