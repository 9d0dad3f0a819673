package import Addresses

/// A port of the gateway that its packet filter leads to somewhere else (DNAT, redirect).
package struct Forward: Hashable, Sendable {
  package var transport: Transport
  /// As a stranger sees it.
  package var ports: ClosedRange<UInt16>
  /// `nil` for the gateway itself (redirect), or where the rule does not tell.
  package var device: IPAddress?
  /// `nil` where the port stays as it was, or the rule does not tell.
  package var devicePort: UInt16?
  package var isVersion6: Bool
  /// Whether a stranger's packet gets there at all, as far as the rule tells.
  package var applies: Truth

  package init(
    transport: Transport, ports: ClosedRange<UInt16>, device: IPAddress? = nil, devicePort: UInt16? = nil,
    isVersion6: Bool = false, applies: Truth = .yes
  ) {
    self.transport = transport
    self.ports = ports
    self.device = device
    self.devicePort = devicePort
    self.isVersion6 = isVersion6
    self.applies = applies
  }
}
