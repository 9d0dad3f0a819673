/// The address of a MUD file: the name by which a device and its description find each other.
///
/// Two are equal where they differ in the letter case of scheme and host only (RFC 3986, section 6.2.2.1).
package struct MUDURL: Hashable, Sendable {
  /// Scheme and host in lower case, the rest as it was given.
  package let text: String

  /// The longest one; DHCP option 161 holds 255 bytes (RFC 8520, section 10).
  package static let limit = 1024

  /// Returns `nil` for anything but `https` with a host (RFC 8520, section 6), in visible ASCII.
  package init?(_ text: String) {
    let scheme = "https://"
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.limit, bytes.allSatisfy({ (0x21...0x7e).contains($0) }),
      text.prefix(scheme.count).lowercased() == scheme
    else { return nil }
    let rest = bytes.dropFirst(scheme.utf8.count)
    let authority = rest.prefix { $0 != 0x2f && $0 != 0x3f && $0 != 0x23 }
    guard !authority.isEmpty, authority.first != 0x3a, !authority.contains(0x40) else { return nil }
    let host = String(decoding: authority, as: UTF8.self).lowercased()
    self.text = scheme + host + String(decoding: rest.dropFirst(authority.count), as: UTF8.self)
  }
}

extension MUDURL: CustomStringConvertible {
  package var description: String { text }
}
