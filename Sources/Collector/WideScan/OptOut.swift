import Addresses
package import Posture
package import Settings

/// Somebody who wants to be left alone.
package struct OptOut: Hashable, Sendable {
  package var block: AddressBlock
  package var owner: String
  package var reason: String
  /// When it ends; `nil` for never.
  package var until: WallTime?

  /// The most entries of a list.
  package static let most = 100_000

  /// A list of `{block: 198.18.5.0/24, owner: …, reason: …, until: 2027-01-01T00:00:00Z}`.
  package static let format = Format<[OptOut]>.list(
    of: .mapping { entry in
      let block = entry.required("block", .anyBlock)
      let owner = entry.required("owner", .string(atMost: 200))
      let reason = entry.required("reason", .string(atMost: 1000))
      let until = entry.optional("until", .wallTime)
      guard let block, let owner, let reason else { return nil }
      return OptOut(block: block, owner: owner, reason: reason, until: until)
    }, atMost: most)

  package init(block: AddressBlock, owner: String, reason: String, until: WallTime?) {
    self.block = block
    self.owner = owner
    self.reason = reason
    self.until = until
  }

  /// The addresses of those that are in force.
  package static func set(_ list: [OptOut], at now: WallTime) -> AddressSet {
    AddressSet(list.filter { $0.until.map { now < $0 } ?? true }.map(\.block))
  }
}

extension Format where Value == AddressBlock {
  /// Any block, also one too large to be scanned: whoever opts out may be large.
  package static var anyBlock: Format<AddressBlock> {
    word { AddressBlock($0) }.checked {
      $0.each == nil ? nil : "'each' says nothing here; write the block alone"
    }
    .checked { block in
      let width = block.isVersion4 ? 32 : 128
      return block.prefix <= width ? nil : "a prefix of its kind has at most \(width) bits"
    }
  }

  /// A block that may be scanned.
  package static var scannedBlock: Format<AddressBlock> { word { AddressBlock($0) }.checked(\.problem) }

  private static func word(_ read: @escaping @Sendable (String) -> AddressBlock?) -> Format<AddressBlock> {
    Format<String>.string(atMost: 80).map { text, field in
      // One address stands for the block that holds nothing else.
      let whole = IPAddress(text).map { AddressBlock(base: $0, prefix: $0.isVersion4 ? 32 : 128) }
      return whole ?? read(text) ?? field.fail("'\(text)' is no block such as 198.18.0.0/15 or 2001:db8::/48")
    }
  }
}

extension Format where Value == WallTime {
  package static var wallTime: Format<WallTime> {
    Format<String>.string(atMost: 40).map { text, field in
      WallTime(text) ?? field.fail("'\(text)' is no time such as 2027-01-01T00:00:00Z")
    }
  }
}
