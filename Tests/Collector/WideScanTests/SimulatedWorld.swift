import Addresses
import Testing

@testable import WideScan

/// Numbers that can be had again: the generator SplitMix64 of Steele, Lea and Flood, 2014.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// A network that answers frames with frames, as a real one would, on a clock of its own.
struct SimulatedWorld {
  let space: TargetSpace
  /// Targets that take connections, by index.
  var open: Set<UInt64>
  /// The chance that a probe or its answer is lost.
  var loss = 0.0
  /// Probes a second that pass; more are dropped by a token bucket with place for so many.
  var narrow: (rate: Double, burst: Double)?
  /// How often each target was probed, canaries apart.
  private(set) var probed: [UInt64: Int] = [:]
  private(set) var resets = 0
  private var random: Seeded
  private var tokens: Double
  private var filled: Int64 = 0

  init(_ space: TargetSpace, open: Set<UInt64>, seed: UInt64) {
    self.space = space
    self.open = open
    random = Seeded(seed)
    tokens = 0
  }

  static func big(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

  /// The answer to a frame of version 4, if there is one.
  mutating func answer(_ frame: [UInt8], at now: Int64) -> [UInt8]? {
    guard frame[47] & 0x04 == 0 else {
      resets += 1
      return nil
    }
    let address = IPAddress.v4(IPv4Address(bits: UInt32(Self.big(frame[30..<34]))))
    guard let target = space.target(address, UInt16(Self.big(frame[36..<38]))) else { return nil }
    let slot = Int(Self.big(frame[34..<36])) - Int(Scanning.ports.first)
    if slot < SourcePorts.tries { probed[target.index, default: 0] += 1 }
    if let narrow {
      tokens = min(narrow.burst, tokens + Double(now - filled) * narrow.rate / 1e9)
      filled = now
      guard tokens >= 1 else { return nil }
      tokens -= 1
    }
    guard open.contains(target.index), Double.random(in: 0..<1, using: &random) >= loss else { return nil }
    return Self.accept(frame)
  }

  /// The frame that takes the connection a SYN asks for.
  static func accept(_ frame: [UInt8], flags: UInt8 = 0x12, acknowledging more: UInt32 = 1) -> [UInt8] {
    var answer = frame
    answer.replaceSubrange(26..<30, with: frame[30..<34])
    answer.replaceSubrange(30..<34, with: frame[26..<30])
    answer.replaceSubrange(34..<36, with: frame[36..<38])
    answer.replaceSubrange(36..<38, with: frame[34..<36])
    let number = UInt32(big(frame[38..<42])) &+ more
    for place in 0..<4 { answer[42 + place] = UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * place)) }
    answer[47] = flags
    return answer
  }
}

/// Runs scans of simulated worlds.
enum Scanning {
  static let ports: SourcePorts = {
    guard let ports = SourcePorts(first: 40_000) else { preconditionFailure("40,000 is a port") }
    return ports
  }()
  static let link = Link(
    hardware: MACAddress(bits: 2), router: MACAddress(bits: 3), source4: IPv4Address(bits: 0xc633_6402),
    source6: IPv6Address(bits: 0x2001_0db8 << 96 | 2))

  static func key(_ seed: UInt64) -> ScanKey {
    var random = Seeded(seed)
    let bytes = (0..<24).map { _ in UInt8.random(in: 0...255, using: &random) }
    guard let key = ScanKey(bytes) else { preconditionFailure("24 octets are a key") }
    return key
  }

  static func engine(
    _ space: TargetSpace, seed: UInt64, shard: Shard = .whole, _ settings: ScanSettings = ScanSettings()
  ) -> ScanEngine {
    ScanEngine(
      space, key: key(seed), ports: ports, source4: link.source4, source6: link.source6, shard: shard,
      settings: settings)
  }

  static func frames(_ engine: ScanEngine) -> ProbeFrames {
    ProbeFrames(link, engine.judge.bodies)
  }

  /// Lets a scan run until it is done, or `isOver`; returns what it found and when it ended.
  @discardableResult
  static func run(
    _ engine: inout ScanEngine, _ world: inout SimulatedWorld, from start: Int64 = 1_000_000_000,
    until isOver: (ScanEngine, Int64) -> Bool = { _, _ in false }
  ) -> (sightings: [Sighting], end: Int64) {
    let frames = frames(engine)
    var (now, probes, found): (Int64, [Probe], [Sighting]) = (start, [], [])
    while engine.phase != .done, !isOver(engine, now) {
      engine.next(at: now, atMost: 64, into: &probes)
      for probe in probes {
        guard let answer = world.answer(frames.frame(probe), at: now), let heard = AnswerReader.read(answer)
        else { continue }
        let reaction = engine.hear(heard, at: now)
        if let sighting = reaction.sighting { found.append(sighting) }
        if let reset = reaction.reset {
          _ = world.answer(frames.reset(reset.target, kind: reset.kind, sequence: reset.sequence), at: now)
        }
      }
      engine.tick(at: now)
      now += max(100_000, min(engine.pause(at: now), 50_000_000))
      // Ten minutes are more than any of these worlds is worth.
      guard now - start < 600_000_000_000 else {
        Issue.record("the scan does not end: \(engine.counts)")
        break
      }
    }
    return (found, now)
  }
}
