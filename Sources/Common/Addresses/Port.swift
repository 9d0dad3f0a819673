/// The transport protocol under a service.
package enum Transport: String, Hashable, Sendable, Codable, CaseIterable {
  case tcp
  case udp
}

/// A transport and a port number, written `tcp/23`.
package struct Port: Hashable, Sendable {
  package let transport: Transport
  package let number: UInt16

  package init(_ transport: Transport, _ number: UInt16) {
    self.transport = transport
    self.number = number
  }

  package static func tcp(_ number: UInt16) -> Self { Port(.tcp, number) }
  package static func udp(_ number: UInt16) -> Self { Port(.udp, number) }
}

extension Port: Comparable {
  /// Orders TCP before UDP, then by number.
  package static func < (left: Self, right: Self) -> Bool {
    left.transport == right.transport ? left.number < right.number : left.transport == .tcp
  }
}

extension Port: LosslessStringConvertible {
  /// Reads `tcp/NUMBER` or `udp/NUMBER`, number 1 to 65535.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let transport = Transport(rawValue: String(parts[0])),
      let number = UInt16(parts[1]), number > 0, parts[1].utf8.first != 0x2b
    else { return nil }
    self.init(transport, number)
  }

  package var description: String { "\(transport.rawValue)/\(number)" }
}

extension Port: CodableByDescription {}
