/// An address of either Internet protocol version with a port number.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
  package var address: IPAddress
  package var port: UInt16

  package init(_ address: IPAddress, _ port: UInt16) {
    self.address = address
    self.port = port
  }

  package var description: String { "\(address.literal):\(port)" }
}
