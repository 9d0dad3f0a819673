import Addresses

/// The opaque name of a gateway: `gw-` and 16 lower-case base32 characters (RFC 4648, section 6).
///
/// The characters are the first 80 bits of the hash of the gateway's public key, so the name says
/// nothing of owner, place or hardware.
package struct GatewayID: Hashable, Sendable {
  package let text: String

  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

  /// Creates the name from the first ten octets of a hash; `nil` if there are fewer.
  package init?(hash: some Sequence<UInt8>) {
    let octets = Array(hash.prefix(10))
    guard octets.count == 10 else { return nil }
    let bits = octets.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    let characters = (0..<16).map { Self.alphabet[Int(bits >> UInt128(75 - 5 * $0) & 31)] }
    self.text = "gw-" + String(decoding: characters, as: UTF8.self)
  }
}

extension GatewayID: LosslessStringConvertible {
  package init?(_ text: String) {
    let bytes = text.utf8
    guard bytes.count == 19, text.hasPrefix("gw-"),
      bytes.dropFirst(3).allSatisfy({ (0x61...0x7a).contains($0) || (0x32...0x37).contains($0) })
    else { return nil }
    self.text = text
  }

  package var description: String { text }
}

extension GatewayID: Comparable {
  package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension GatewayID: CodableByDescription {}
