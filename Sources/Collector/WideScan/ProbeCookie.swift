/// What a genuine answer proves it has seen: a number that depends on both addresses, both ports and a key.
///
/// It is the sequence number of the SYN, so that nothing has to be remembered of a probe. A stranger guesses it once in
/// 2^32 tries.
struct ProbeCookie: Hashable, Sendable {
  private let hash: SipHash
  private let source4: UInt64
  private let source6: (UInt64, UInt64)

  /// What stands for a transport beside both ports, so that no two kinds of probes share a cookie.
  private static let datagram: UInt64 = 17 << 32
  private static let echo: UInt64 = 58 << 32

  init(key: SipHash, source4: UInt32, source6: UInt128) {
    hash = key
    self.source4 = UInt64(source4)
    self.source6 = (UInt64(truncatingIfNeeded: source6 >> 64), UInt64(truncatingIfNeeded: source6))
  }

  /// The sequence number of a SYN from `sourcePort` to a target.
  func sequence(number: UInt128, isVersion4: Bool, port: UInt16, sourcePort: UInt16) -> UInt32 {
    UInt32(truncatingIfNeeded: value(number, isVersion4, UInt64(sourcePort) << 16 | UInt64(port)))
  }

  /// What a question or an echo to a target carries; `sourcePort` is that of its try.
  func value(_ target: Target, sourcePort: UInt16) -> UInt64 {
    let ports = UInt64(sourcePort) << 16 | UInt64(target.port)
    return value(
      target.number, target.isVersion4, ports | (target.transport == .icmp ? Self.echo : Self.datagram))
  }

  @inline(__always) private func value(_ number: UInt128, _ isVersion4: Bool, _ ports: UInt64) -> UInt64 {
    isVersion4
      ? hash.hash(source4 << 32 | UInt64(truncatingIfNeeded: number), ports)
      : hash.hash(
        source6.0, source6.1, UInt64(truncatingIfNeeded: number >> 64), UInt64(truncatingIfNeeded: number),
        ports)
  }

  /// The address that probes of a version come from, as octets.
  func source(isVersion4: Bool) -> [UInt8] {
    isVersion4 ? Octets.of(source4 << 32, 4) : Octets.of(source6.0, 8) + Octets.of(source6.1, 8)
  }

  static func == (left: Self, right: Self) -> Bool {
    left.hash == right.hash && left.source4 == right.source4 && left.source6 == right.source6
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(hash)
    hasher.combine(source4)
  }
}

/// The ports that probes leave by, in a row; nothing else of this machine uses them.
///
/// The try is in the port, so that an answer says which try it answers; the last port is that of canaries.
package struct SourcePorts: Hashable, Sendable {
  package let first: UInt16
  /// How often one target may be tried.
  package static let tries = 8
  package static let count = tries + 1

  /// Takes the first of the ports, which leaves room for the rest below 65536.
  package init?(first: UInt16) {
    guard first >= 1024, Int(first) + Self.count <= 65_536 else { return nil }
    self.first = first
  }

  package var all: [UInt16] { (0..<UInt16(Self.count)).map { first + $0 } }

  func port(of kind: ProbeKind) -> UInt16 { first &+ UInt16(truncatingIfNeeded: kind.slot) }

  func kind(of port: UInt16) -> ProbeKind? {
    guard port >= first, port - first < Self.count else { return nil }
    return ProbeKind(slot: Int(port - first))
  }

  /// What an answer to `port` may answer: where a protocol has all answers go to a port of its own, it is any.
  func kinds(of port: UInt16, _ question: DatagramQuestion?) -> [ProbeKind] {
    if let kind = kind(of: port) { return [kind] }
    return question?.answerPort == port ? ProbeKind.all : []
  }
}

/// Why a probe is sent.
package enum ProbeKind: Hashable, Sendable {
  /// To learn what is there, the first time for 0.
  case attempt(Int)
  /// To somebody who is known to answer, to see whether answers still come.
  case canary

  var slot: Int {
    switch self {
    case .attempt(let number): number
    case .canary: SourcePorts.tries
    }
  }

  static let all = (0..<SourcePorts.count).map { ProbeKind(slot: $0) }

  init(slot: Int) { self = slot < SourcePorts.tries ? .attempt(slot) : .canary }
}
