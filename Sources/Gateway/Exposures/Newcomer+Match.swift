import Addresses
import JSONTree

extension Newcomer {
  /// Whether a match of a rule holds for it.
  func holds(_ match: JSONValue, in ruleset: Ruleset, _ chain: Ruleset.Key) -> Truth {
    guard let left = match["left"], let right = match["right"], let operation = match["op"]?.text else {
      return .maybe
    }
    let value = value(of: left)
    if value == .absent { return .no }
    switch operation {
    case "==", "in": return self.value(value, isIn: right, ruleset, chain)
    // A packet has the part that is compared, or the rule would not apply.
    case "!=": return self.value(value, isIn: right, ruleset, chain).negated
    case "<", ">", "<=", ">=":
      guard case .number(let number) = value, let bound = right.number else { return .maybe }
      return Truth(
        operation == "<"
          ? number < bound
          : operation == ">"
            ? number > bound
            : operation == "<=" ? number <= bound : number >= bound)
    default: return .maybe
    }
  }

  /// Whether a known value is the one on the right, or among those there.
  func value(_ value: Known, isIn right: JSONValue, _ ruleset: Ruleset, _ chain: Ruleset.Key) -> Truth {
    if value == .unknown { return .maybe }
    if value == .absent { return .no }
    if let name = right.text, name.hasPrefix("@") {
      let key = Ruleset.Key(family: chain.family, table: chain.table, name: String(name.dropFirst()))
      guard let elements = ruleset.sets[key] else { return .maybe }
      return any(elements, value, ruleset, chain)
    }
    // A list of flags: one of them is enough.
    if let items = right["set"]?.items ?? right.items { return any(items, value, ruleset, chain) }
    return self.value(value, is: right)
  }

  private func any(
    _ elements: [JSONValue], _ value: Known, _ ruleset: Ruleset, _ chain: Ruleset.Key
  ) -> Truth {
    var best = Truth.no
    for element in elements {
      best = max(best, self.value(value, is: Self.plain(element)))
      if best == .yes { return .yes }
    }
    return best
  }

  /// An element without its timeout and counter, an entry of a map without what it leads to.
  static func plain(_ element: JSONValue) -> JSONValue {
    if let value = element["elem"]?["val"] { return plain(value) }
    if let pair = element.items, pair.count == 2 { return plain(pair[0]) }
    return element
  }

  /// Whether a known value is one element: a scalar, a range, a prefix, or several of them.
  func value(_ value: Known, is element: JSONValue) -> Truth {
    if element.text == "*" { return .yes }
    switch value {
    case .unknown: return .maybe
    case .absent: return .no
    case .number(let number):
      if let bounds = element["range"]?.items?.compactMap(\.number), bounds.count == 2 {
        return Truth(bounds[0] <= number && number <= bounds[1])
      }
      return element.number.map { Truth($0 == number) } ?? .maybe
    case .texts(let texts):
      guard let text = element.text else { return .maybe }
      if text.hasSuffix("*") { return Truth(texts.contains { $0.hasPrefix(text.dropLast()) }) }
      return Truth(texts.contains(text))
    case .addresses(let addresses):
      // Of several addresses of the gateway a stranger may take any.
      let hits = addresses.map { AddressRange(element)?.contains($0) }
      if hits.contains(nil) { return .maybe }
      return hits.allSatisfy { $0 == true } ? .yes : hits.contains(true) ? .maybe : .no
    case .several(let parts):
      guard let others = element["concat"]?.items, others.count == parts.count else { return .maybe }
      return zip(parts, others).reduce(.yes) { min($0, self.value($1.0, is: $1.1)) }
    }
  }
}

/// An address, a prefix or a range of addresses as nft writes it.
struct AddressRange {
  private let first: [UInt8]
  private let last: [UInt8]

  init?(_ element: JSONValue) {
    if let text = element.text, let address = IPAddress(text) {
      first = address.octets
      last = first
    } else if let bits = element.number.flatMap(UInt32.init(exactly:)) {
      first = IPv4Address(bits: bits).octets
      last = first
    } else if let prefix = element["prefix"], let address = prefix["addr"]?.text.flatMap({ IPAddress($0) }),
      let length = prefix["len"]?.number
    {
      let octets = address.octets
      guard (0...(octets.count * 8)).contains(length) else { return nil }
      let masks = octets.indices.map { index in
        UInt8(truncatingIfNeeded: 0xff00 >> min(8, max(0, length - index * 8)))
      }
      first = zip(octets, masks).map { $0 & $1 }
      last = zip(octets, masks).map { $0 | ~$1 }
    } else if let ends = element["range"]?.items?.compactMap({ $0.text.flatMap { IPAddress($0) }?.octets }),
      ends.count == 2, ends[0].count == ends[1].count
    {
      first = ends[0]
      last = ends[1]
    } else {
      return nil
    }
  }

  func contains(_ address: IPAddress) -> Bool {
    let octets = address.octets
    return octets.count == first.count && !octets.lexicographicallyPrecedes(first)
      && !last.lexicographicallyPrecedes(octets)
  }
}
