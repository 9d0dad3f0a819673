import Addresses

/// The probes of a scan as they would leave, without a socket.
package struct DryRun: Sendable {
  private let space: TargetSpace
  private let permutation: Permutation
  private let shard: Shard
  private let key: ScanKey

  package init(_ space: TargetSpace, key: ScanKey, shard: Shard) {
    self.space = space
    self.key = key
    self.shard = shard
    permutation = Permutation(count: space.count, key: key.order)
  }

  package var count: UInt64 { shard.count(of: space.count) }

  package func target(_ step: UInt64) -> Target {
    space.target(at: permutation.value(at: shard.position(step)))
  }

  /// The heading of a capture, and one record for each probe; both in the classic form of pcap.
  ///
  /// The addresses of the first hop are made up, and so are those that the probes come from (RFC 5737, RFC 3849).
  package func capture(_ write: ([UInt8]) throws -> Void) rethrows {
    let link = Link(
      hardware: MACAddress(bits: 0x02_00_00_00_00_01), router: MACAddress(bits: 0x02_00_00_00_00_02),
      source4: IPv4Address(bits: 0xc000_0201), source6: IPv6Address(bits: 0x2001_0db8 << 96 | 1))
    guard let ports = SourcePorts(first: 47_000) else { return }
    let cookie = ProbeCookie(
      key: key.cookie, source4: link.source4?.bits ?? 0, source6: link.source6?.bits ?? 0)
    let frames = ProbeFrames(link, ProbeBodies(cookie: cookie, ports: ports, services: space.services))
    func words(_ values: UInt32...) -> [UInt8] {
      values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) } }
    }
    // Magic, version 2.4, time zone and accuracy, longest record, Ethernet.
    try write(words(0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, 1))
    for step in 0..<count {
      let frame = frames.frame(Probe(target: target(step), kind: .attempt(0)))
      // A microsecond apart, from 1970 on: nothing was sent at any time.
      let time = (UInt32(truncatingIfNeeded: step / 1_000_000), UInt32(step % 1_000_000))
      try write(words(time.0, time.1, UInt32(frame.count), UInt32(frame.count)) + frame)
    }
  }
}
