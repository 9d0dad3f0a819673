package import FleetContract
package import Posture

/// Who had an address, from when until when.
package struct Tenure: Hashable, Sendable {
  package enum Holder: Hashable, Sendable {
    case gateway(GatewayID)
    /// Many at once, as behind a provider's address translation (CGNAT, RFC 6888).
    case shared
  }

  package enum Source: String, Hashable, Sendable, CaseIterable {
    /// The broker saw an authenticated session come from there.
    case session
    /// A provider's list says so: DHCP leases, RADIUS accounting, port blocks.
    case lease
  }

  package var block: AddressBlock
  /// The ports that are the holder's where an address is shared by ports; `nil` for all of them.
  package var ports: ClosedRange<UInt16>?
  package var holder: Holder
  package var from: WallTime
  /// When it ended, itself not included; `nil` while it lasts.
  package var until: WallTime?
  package var source: Source

  package init(
    _ block: AddressBlock, ports: ClosedRange<UInt16>? = nil, holder: Holder, from: WallTime,
    until: WallTime?, source: Source
  ) {
    self.block = block
    self.ports = ports
    self.holder = holder
    self.from = from
    self.until = until
    self.source = source
  }

  /// Whether it lasted at any moment of the second that begins at `time`.
  package func covers(secondOf time: WallTime) -> Bool {
    from.milliseconds < time.milliseconds + 1000 && until.map { $0.milliseconds > time.milliseconds } ?? true
  }
}
