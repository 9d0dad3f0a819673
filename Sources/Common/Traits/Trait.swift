/// One small observed property of a device, written `FAMILY:VALUE` in printable ASCII without spaces.
package struct Trait: Hashable, Sendable {
  package let family: TraitFamily
  package let value: String

  /// The longest value, in bytes; what is longer is cut.
  package static let limit = 64

  package init(_ family: TraitFamily, _ value: some StringProtocol) {
    self.family = family
    let bytes = value.utf8.prefix(Self.limit).map { (0x21...0x7e).contains($0) ? $0 : 0x5f }
    self.value = String(decoding: bytes, as: UTF8.self)
  }
}

extension Trait: Comparable {
  package static func < (left: Self, right: Self) -> Bool {
    (left.family.rawValue, left.value) < (right.family.rawValue, right.value)
  }
}

extension Trait: LosslessStringConvertible {
  package init?(_ text: String) {
    guard let colon = text.utf8.firstIndex(of: 0x3a),
      let family = TraitFamily(rawValue: String(text[..<colon]))
    else { return nil }
    let value = text[text.utf8.index(after: colon)...]
    self.init(family, value)
    guard self.value == value, !value.isEmpty else { return nil }
  }

  package var description: String { "\(family.rawValue):\(value)" }
}
