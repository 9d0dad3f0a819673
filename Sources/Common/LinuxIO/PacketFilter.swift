import CLinux

/// Which frames a packet socket takes: a decision that the kernel makes before it copies anything (classic BPF;
/// McCanne and Jacobson, "The BSD Packet Filter", 1993; socket(7), `SO_ATTACH_FILTER`).
package indirect enum PacketFilter: Hashable, Sendable {
  case take, leave
  case when(Field, Match, PacketFilter, otherwise: PacketFilter)

  /// A number in the frame, the most significant octet first; offsets count from the destination address on.
  package enum Field: Hashable, Sendable {
    case byte(Int)
    case half(Int)
    /// Two octets behind the IPv4 header of an untagged frame, whose length is in the header.
    case halfBehindIPv4(Int)
  }

  package enum Match: Hashable, Sendable {
    case equals(UInt32)
    case hasBit(UInt32)
    case isAtLeast(UInt32)
  }

  /// Takes a frame where the field has one of the values.
  package static func whenOneOf(
    _ values: [UInt32], _ field: Field, _ then: PacketFilter, otherwise: PacketFilter
  ) -> PacketFilter {
    values.reversed().reduce(otherwise) { .when(field, .equals($1), then, otherwise: $0) }
  }

  /// The octets of a frame that are kept.
  private static let size: UInt32 = 2048

  /// Goes before a program: leaves what this machine sends (linux/filter.h, `SKF_AD_OFF` and `SKF_AD_PKTTYPE`; packet(7),
  /// `PACKET_OUTGOING`).
  static let fromOthers: [sock_filter] = [
    sock_filter(code: 0x28, jt: 0, jf: 0, k: UInt32(bitPattern: -0x1000 + 4)),
    sock_filter(code: 0x15, jt: 0, jf: 1, k: 4),
    sock_filter(code: 0x06, jt: 0, jf: 0, k: 0),
  ]

  /// The program: every branch ends by itself, so that all jumps lead forward over the branch before.
  var program: [sock_filter] {
    switch self {
    case .take: [sock_filter(code: 0x06, jt: 0, jf: 0, k: Self.size)]
    case .leave: [sock_filter(code: 0x06, jt: 0, jf: 0, k: 0)]
    case .when(let field, let match, let then, let otherwise):
      field.load + [match.jump(over: then.program.count)] + then.program + otherwise.program
    }
  }
}

extension PacketFilter.Field {
  fileprivate var load: [sock_filter] {
    switch self {
    case .byte(let offset): [sock_filter(code: 0x30, jt: 0, jf: 0, k: UInt32(offset))]
    case .half(let offset): [sock_filter(code: 0x28, jt: 0, jf: 0, k: UInt32(offset))]
    case .halfBehindIPv4(let offset):
      // X is four times the lower half of the first octet of the header.
      [
        sock_filter(code: 0xb1, jt: 0, jf: 0, k: 14),
        sock_filter(code: 0x48, jt: 0, jf: 0, k: UInt32(14 + offset)),
      ]
    }
  }
}

extension PacketFilter.Match {
  fileprivate func jump(over count: Int) -> sock_filter {
    guard let distance = UInt8(exactly: count) else {
      preconditionFailure("a branch of a filter is too long")
    }
    return switch self {
    case .equals(let value): sock_filter(code: 0x15, jt: 0, jf: distance, k: value)
    case .hasBit(let bit): sock_filter(code: 0x45, jt: 0, jf: distance, k: bit)
    case .isAtLeast(let value): sock_filter(code: 0x35, jt: 0, jf: distance, k: value)
    }
  }
}
