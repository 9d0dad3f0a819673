package import Addresses

extension Format where Value: LosslessStringConvertible & SendableMetatype {
  /// A value that is written as one word; `example` completes "a port such as …".
  fileprivate static func word(_ name: String, example: String) -> Self {
    Format { field in
      let expected = "\(name) such as \(example)"
      guard let text = field.text(expected: expected) else { return nil }
      guard let value = Value(text) else { return field.fail("'\(text)' is not \(expected)") }
      return value
    }
  }
}

extension Format where Value == Port {
  /// `tcp/23` or `udp/53`.
  package static var port: Format<Port> { word("a port", example: "tcp/23") }
}

extension Format where Value == MACAddress {
  package static var mac: Format<MACAddress> { word("a hardware address", example: "00:00:5e:00:53:01") }
}

extension Format where Value == IPAddress {
  package static var address: Format<IPAddress> { word("an address", example: "192.0.2.1 or 2001:db8::1") }
}

extension Format where Value == IPv4Address {
  package static var ipv4Address: Format<IPv4Address> { word("an IPv4 address", example: "192.0.2.1") }
}

extension Format where Value == IPv4Network {
  /// `192.0.2.0/24`, without bits behind the prefix.
  package static var ipv4Network: Format<IPv4Network> {
    word("an IPv4 network", example: "192.0.2.0/24").map { (network: IPv4Network, field) in
      let address = (field.node.text ?? "").prefix { $0 != "/" }
      guard network.base.description == address else {
        return field.fail("'\(address)' is one address inside the network; write \(network)")
      }
      return network
    }
  }
}
