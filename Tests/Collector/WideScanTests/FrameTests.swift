import Addresses
import Testing

@testable import WideScan

@Suite struct FrameTests {
  private static let space = try? TargetSpace(
    Signed.authorisation("198.18.0.0/15", "2001:db8::/40 each /56"), ports: [22, 80, 65_535],
    key: SipHash(3, 4))

  /// The sum of all 16-bit words with the pseudo-header is all ones (RFC 1071, section 1).
  private static func isSummed(_ frame: [UInt8], isVersion4: Bool) -> Bool {
    func folded(_ sum: UInt32) -> UInt32 {
      var sum = sum
      while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
      return sum
    }
    let tcp = isVersion4 ? 34 : 54
    let addresses = isVersion4 ? frame[26..<34] : frame[22..<54]
    let length = UInt32(frame.count - tcp)
    let isHead = !isVersion4 || folded(ProbeFrames.sum(frame[14..<34])) == 0xffff
    return isHead
      && folded(ProbeFrames.sum(frame[tcp...]) + ProbeFrames.sum(addresses) + 6 + length) == 0xffff
  }

  @Test func everyChecksumIsRight() throws {
    let space = try #require(Self.space)
    let engine = Scanning.engine(space, seed: 1)
    let frames = Scanning.frames(engine)
    var random = Seeded(5)
    for _ in 0..<5000 {
      let target = space.target(at: UInt64.random(in: 0..<space.count, using: &random))
      let kind = ProbeKind(slot: Int.random(in: 0..<SourcePorts.count, using: &random))
      let probe = frames.frame(Probe(target: target, kind: kind))
      #expect(Self.isSummed(probe, isVersion4: target.isVersion4))
      let reset = frames.reset(target, kind: kind, sequence: UInt32.random(in: 0...(.max), using: &random))
      #expect(Self.isSummed(reset, isVersion4: target.isVersion4))
    }
  }

  /// What is written is what a reader reads, octet by octet.
  @Test func theProbeIsASegmentWithOneOption() throws {
    let space = try #require(Self.space)
    let engine = Scanning.engine(space, seed: 1)
    let target = try #require(space.target(.v4(IPv4Address(bits: 0xc612_0102)), 80))
    let frame = Scanning.frames(engine).frame(Probe(target: target, kind: .attempt(2)))
    #expect(frame.count == 58)
    #expect(frame[12..<16] == [0x08, 0x00, 0x45, 0x00] && frame[22..<24] == [64, 6])
    #expect(frame[30..<34] == [198, 18, 1, 2])
    #expect(SimulatedWorld.big(frame[34..<36]) == 40_002 && SimulatedWorld.big(frame[36..<38]) == 80)
    #expect(frame[46..<48] == [0x60, 0x02] && frame[54..<58] == [2, 4, 5, 0xb4])
  }
}

@Suite struct JudgeTests {
  private static let space = try? TargetSpace(Signed.authorisation("198.18.0.0/24"), ports: [80])

  private final class Scene {
    var engine: ScanEngine
    let target: Target
    let probe: [UInt8]

    init() throws {
      let space = try #require(JudgeTests.space)
      engine = Scanning.engine(space, seed: 1)
      target = try #require(space.target(.v4(IPv4Address(bits: 0xc612_0007)), 80))
      probe = Scanning.frames(engine).frame(Probe(target: target, kind: .attempt(0)))
    }

    func hear(_ frame: [UInt8]) -> Sighting? {
      AnswerReader.read(frame).flatMap { engine.hear($0, at: 1).sighting }
    }
  }

  @Test func anAnswerThatHasSeenTheProbeIsBelieved() throws {
    let scene = try Scene()
    let sighting = try #require(scene.hear(SimulatedWorld.accept(scene.probe)))
    #expect(sighting.state == .open && sighting.port == 80 && sighting.attempt == 1 && sighting.by == nil)
    #expect(scene.hear(SimulatedWorld.accept(scene.probe)) == nil)
    #expect(scene.engine.counts.open == 1 && scene.engine.counts.repeated == 1)
  }

  /// Some acknowledge the SYN's own number with their reset, others the one after; nothing else is believed.
  @Test(arguments: [0, 1] as [UInt32], [0x14, 0x04] as [UInt8])
  func aResetMeansClosed(_ more: UInt32, _ flags: UInt8) throws {
    let scene = try Scene()
    let sighting = scene.hear(SimulatedWorld.accept(scene.probe, flags: flags, acknowledging: more))
    #expect(sighting?.state == .closed)
  }

  @Test(arguments: [0, 2, 17, .max] as [UInt32]) func anAcknowledgementOfSomethingElseIsForged(_ more: UInt32)
    throws
  {
    let scene = try Scene()
    #expect(scene.hear(SimulatedWorld.accept(scene.probe, acknowledging: more)) == nil)
    #expect(scene.engine.counts.forged == 1)
    if more > 1 {
      #expect(scene.hear(SimulatedWorld.accept(scene.probe, flags: 0x14, acknowledging: more)) == nil)
      #expect(scene.engine.counts.forged == 2)
    }
  }

  /// An answer to one try is none to another, from another port, host or to another port of ours.
  @Test func answersFromElsewhereAreNotBelieved() throws {
    let scene = try Scene()
    for (place, value) in [(29, UInt8(8)), (29, 200), (35, 81), (37, 0x41), (37, 0x4f), (33, 77)]
      as [(Int, UInt8)]
    {
      var answer = SimulatedWorld.accept(scene.probe)
      answer[place] = value
      if place == 33 {
        // Whom it is addressed to does not matter: the kernel gave it to us.
        #expect(scene.hear(answer) != nil)
      } else {
        #expect(scene.hear(answer) == nil, "\(place)")
      }
    }
    #expect(scene.engine.counts.forged + scene.engine.counts.unrelated == 5)
  }

  @Test func hardlyAWindowAndNoOptionIsATarpit() throws {
    let scene = try Scene()
    var answer = SimulatedWorld.accept(scene.probe)
    answer.removeLast(4)
    answer.replaceSubrange(16..<18, with: [0, 40])
    answer[46] = 0x50
    answer.replaceSubrange(48..<50, with: [0, 10])
    let heard = try #require(AnswerReader.read(answer))
    let reaction = scene.engine.hear(heard, at: 1)
    #expect(reaction.sighting?.state == .tarpit && reaction.reset != nil)
  }

  private static func complaint(_ probe: [UInt8], type: UInt8, code: UInt8) -> [UInt8] {
    let inner = Array(probe[14..<42])
    var head = Array(probe[14..<34])
    head.replaceSubrange(2..<4, with: [0, 56])
    head[9] = 1
    head.replaceSubrange(12..<16, with: [203, 0, 113, 9])
    return Array(probe[..<14]) + head + [type, code, 0, 0, 0, 0, 0, 0] + inner
  }

  @Test(arguments: [(3, 0), (3, 1), (3, 3), (11, 0), (3, 9), (3, 10), (3, 13)] as [(UInt8, UInt8)])
  func aRouterThatSaysNoIsNamed(_ type: UInt8, _ code: UInt8) throws {
    let scene = try Scene()
    let sighting = try #require(scene.hear(Self.complaint(scene.probe, type: type, code: code)))
    #expect(sighting.state == ([9, 10, 13].contains(code) ? .filtered : .unreachable))
    #expect(sighting.by?.description == "203.0.113.9" && sighting.address.description == "198.18.0.7")
    // What somebody on the way says is no last word.
    #expect(scene.hear(SimulatedWorld.accept(scene.probe))?.state == .open)
    #expect(scene.hear(Self.complaint(scene.probe, type: type, code: code)) == nil)
  }

  @Test func aComplaintThatQuotesWhatWasNeverSentIsForged() throws {
    let scene = try Scene()
    var frame = Self.complaint(scene.probe, type: 3, code: 1)
    frame[frame.count - 1] ^= 1
    #expect(scene.hear(frame) == nil && scene.engine.counts.forged == 1)
  }

  /// A hundred thousand strangers' frames: read or refused, never a trap, and nothing of them is believed.
  @Test func madeUpFramesAreHarmless() throws {
    let scene = try Scene()
    var random = Seeded(9)
    let genuine = [
      SimulatedWorld.accept(scene.probe), Self.complaint(scene.probe, type: 3, code: 1), scene.probe,
    ]
    for _ in 0..<100_000 {
      var frame = genuine[Int.random(in: 0..<3, using: &random)]
      frame = Array(frame.prefix(Int.random(in: 0...frame.count, using: &random)))
      for _ in 0..<Int.random(in: 1...4, using: &random) where !frame.isEmpty {
        frame[Int.random(in: 0..<frame.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = scene.hear(frame)
    }
    #expect(scene.engine.counts.open <= 1)
  }
}
