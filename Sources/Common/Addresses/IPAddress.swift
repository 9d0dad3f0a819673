/// An address of either Internet protocol version.
package enum IPAddress: Hashable, Sendable {
  case v4(IPv4Address)
  case v6(IPv6Address)
}

extension IPAddress {
  package var isVersion4: Bool {
    if case .v4 = self { true } else { false }
  }

  /// 4 or 16.
  package var octets: [UInt8] {
    switch self {
    case .v4(let address): address.octets
    case .v6(let address): address.octets
    }
  }

  /// As it stands before a port or in a URL: version 6 in brackets (RFC 3986, section 3.2.2).
  package var literal: String { isVersion4 ? description : "[\(self)]" }
}

extension IPAddress: LosslessStringConvertible {
  package init?(_ text: String) {
    if let address = IPv4Address(text) {
      self = .v4(address)
    } else if let address = IPv6Address(text) {
      self = .v6(address)
    } else {
      return nil
    }
  }

  package var description: String {
    switch self {
    case .v4(let address): address.description
    case .v6(let address): address.description
    }
  }
}

extension IPAddress: Comparable {
  /// Orders version 4 before version 6, then by value.
  package static func < (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.v4(let left), .v4(let right)): left < right
    case (.v6(let left), .v6(let right)): left < right
    case (.v4, .v6): true
    case (.v6, .v4): false
    }
  }
}

extension IPAddress: CodableByDescription {}
