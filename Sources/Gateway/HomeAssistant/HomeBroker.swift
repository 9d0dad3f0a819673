package import Addresses

/// The household's own broker, on which Home Assistant listens.
package struct HomeBroker: Hashable, Sendable, Codable {
  /// A numeric address or a name of this site.
  package var host: String
  package var port: UInt16
  package var user: String?
  /// The file with the password alone.
  package var passwordFile: String?
  /// The topic under which Home Assistant looks for devices; its default is `homeassistant`.
  package var prefix: String
  /// The language of the names that people see.
  package var language: String

  package init(
    host: String, port: UInt16 = 1883, user: String? = nil, passwordFile: String? = nil,
    prefix: String = "homeassistant", language: String = "en"
  ) {
    self.host = host
    self.port = port
    self.user = user
    self.passwordFile = passwordFile
    self.prefix = prefix
    self.language = language
  }

  /// Whether what was told there is replaced by what would be told here.
  package func isSamePlace(as other: HomeBroker?) -> Bool {
    host == other?.host && port == other?.port && prefix == other?.prefix
  }

  package var description: String { "\(host):\(port)" }

  private enum CodingKeys: String, CodingKey {
    case host, port, user, prefix, language
    case passwordFile = "password_file"
  }
}

extension HomeBroker {
  /// Whether a host may be this site's: what the household sees stays in the house.
  ///
  /// Names are judged again by the address they turn out to have.
  package static func isOfThisSite(_ host: String) -> Bool {
    if let address = IPAddress(host) { return isOfThisSite(address) }
    let name = host.lowercased()
    // One label, multicast DNS (RFC 6762), home networks (RFC 8375), and what routers and ICANN use inside.
    return !name.utf8.contains(0x2e)
      || [".local", ".home.arpa", ".lan", ".home", ".localdomain", ".internal"].contains {
        name.hasSuffix($0)
      }
  }

  /// Whether an address is of loopback, private (RFC 1918, RFC 4193) or of the link (RFC 3927, RFC 4291).
  package static func isOfThisSite(_ address: IPAddress) -> Bool {
    switch address {
    case .v4(let address): inside.contains { $0.contains(address) }
    case .v6(let address):
      address.groups[0] & 0xfe00 == 0xfc00 || address.groups[0] & 0xffc0 == 0xfe80
        || address.description == "::1"
    }
  }

  private static let inside = [
    "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
  ].compactMap { IPv4Network($0) }
}
