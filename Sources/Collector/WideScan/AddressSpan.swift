package import Addresses

/// Addresses in a row, as numbers; those of version 4 and 6 never meet.
struct AddressSpan: Hashable, Sendable {
  var isVersion4: Bool
  var first: UInt128
  var last: UInt128

  init(first: UInt128, last: UInt128, isVersion4: Bool) {
    self.first = first
    self.last = last
    self.isVersion4 = isVersion4
  }

  /// A `size` of 0 stands for all 2^128.
  init(first: UInt128, size: UInt128, isVersion4: Bool) {
    self.init(first: first, last: first &+ (size &- 1), isVersion4: isVersion4)
  }

  func overlaps(_ other: AddressSpan) -> Bool {
    isVersion4 == other.isVersion4 && first <= other.last && other.first <= last
  }
}

/// Addresses that are left alone, whatever else may be scanned.
///
/// A search takes as many steps as the number of entries has bits.
package struct AddressSet: Hashable, Sendable {
  /// In order, and no two of them touch each other.
  private let spans4: [AddressSpan]
  private let spans6: [AddressSpan]

  package static let empty = AddressSet([])

  /// Takes blocks in any order; they may overlap.
  package init(_ blocks: [AddressBlock]) {
    spans4 = Self.joined(blocks.map(\.span).filter(\.isVersion4))
    spans6 = Self.joined(blocks.map(\.span).filter { !$0.isVersion4 })
  }

  package var isEmpty: Bool { spans4.isEmpty && spans6.isEmpty }

  private static func joined(_ spans: [AddressSpan]) -> [AddressSpan] {
    var result: [AddressSpan] = []
    for span in spans.sorted(by: { $0.first < $1.first }) {
      if let end = result.last?.last, span.first <= end {
        result[result.count - 1].last = max(end, span.last)
      } else {
        result.append(span)
      }
    }
    return result
  }

  func contains(number: UInt128, isVersion4: Bool) -> Bool {
    let spans = isVersion4 ? spans4 : spans6
    // The number of spans that begin at or before it; only the last of them can hold it.
    var (low, high) = (0, spans.count)
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].first <= number { low = middle + 1 } else { high = middle }
    }
    return low > 0 && spans[low - 1].last >= number
  }

  package func contains(_ address: IPAddress) -> Bool {
    contains(number: address.number, isVersion4: address.isVersion4)
  }

  /// What is left of `span` without these.
  func rest(of span: AddressSpan) -> [AddressSpan] {
    var (left, start): ([AddressSpan], UInt128?) = ([], span.first)
    for hole in span.isVersion4 ? spans4 : spans6 where hole.overlaps(span) {
      if let begin = start, hole.first > begin {
        left.append(AddressSpan(first: begin, last: hole.first - 1, isVersion4: span.isVersion4))
      }
      start = hole.last < span.last ? hole.last + 1 : nil
    }
    if let begin = start {
      left.append(AddressSpan(first: begin, last: span.last, isVersion4: span.isVersion4))
    }
    return left
  }
}
