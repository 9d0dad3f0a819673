import Addresses

/// The address that a test writes as text.
func ip(_ text: String) -> IPAddress {
  guard let address = IPAddress(text) else { preconditionFailure("'\(text)' is no address") }
  return address
}

func ip6(_ text: String) -> IPv6Address {
  guard let address = IPv6Address(text) else { preconditionFailure("'\(text)' is no address") }
  return address
}

func ip4network(_ text: String) -> IPv4Network {
  guard let network = IPv4Network(text) else { preconditionFailure("no network") }
  return network
}
