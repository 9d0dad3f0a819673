import Addresses
import Testing

@testable import WideScan

/// Questions by UDP and echoes, frame by frame.
@Suite struct DatagramTests {
  private static func space(_ services: [ProbedService]) throws -> TargetSpace {
    try TargetSpace(Signed.authorisation("198.18.0.0/24", "2001:db8:1::/120"), services: services)
  }

  private static func sum(_ bytes: some Collection<UInt8>) -> UInt32 {
    var sum = ProbeFrames.sum(bytes)
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    return sum
  }

  /// Every datagram and echo has right lengths and checksums, and fits where frames are written.
  @Test func framesAreSummed() throws {
    let space = try Self.space(DatagramQuestion.all.map { .udp($0) } + [.echo])
    let engine = Scanning.engine(space, seed: 1)
    let frames = Scanning.frames(engine)
    for index in stride(from: 0, to: space.count, by: 7) {
      let target = space.target(at: index)
      let frame = frames.frame(Probe(target: target, kind: .attempt(1)))
      let start = target.isVersion4 ? 34 : 54
      #expect(frame.count <= frames.longest && frame[start..<start + 2].elementsEqual([0, 0]) == false)
      let length = SimulatedWorld.big(target.isVersion4 ? frame[16..<18] : frame[18..<20])
      #expect(Int(length) == frame.count - (target.isVersion4 ? 14 : 54))
      if target.isVersion4 { #expect(Self.sum(frame[14..<34]) == 0xffff) }
      var sum = ProbeFrames.sum(frame[start...])
      if target.transport == .udp || !target.isVersion4 {
        sum += ProbeFrames.sum(target.isVersion4 ? frame[26..<34] : frame[22..<54])
        sum += UInt32(target.transport.number(isVersion4: target.isVersion4)) + UInt32(frame.count - start)
      }
      while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
      #expect(sum == 0xffff, "\(target)")
      if target.transport == .udp {
        #expect(Int(SimulatedWorld.big(frame[start + 4..<start + 6])) == frame.count - start)
      }
    }
  }

  /// What is said of a question is so: its size, and which bits of a cookie it carries.
  @Test(arguments: DatagramQuestion.all) func theQuestionCarriesItsCookie(_ question: DatagramQuestion) {
    #expect(question.size <= DatagramQuestion.longest)
    var different = 0
    for bit in 0..<64 where question.ask(0, true) != question.ask(1 << UInt64(bit), true) { different += 1 }
    // A try's number is a part of what ECHONET Lite's transaction has room for.
    #expect(different == (question.name == "echonet-lite" ? 16 : question.proofBits), "\(different)")
  }

  private final class Scene {
    var engine: ScanEngine
    let target: Target
    let frame: [UInt8]

    init(_ service: ProbedService, _ address: String = "198.18.0.7") throws {
      let space = try DatagramTests.space([service])
      engine = Scanning.engine(space, seed: 1)
      let address = try #require(IPAddress(address))
      target = try #require(space.target(address, service.port, service.transport))
      frame = Scanning.frames(engine).frame(Probe(target: target, kind: .attempt(0)))
    }

    func hear(_ frame: [UInt8]) -> Sighting? {
      AnswerReader.read(frame).flatMap { engine.hear($0, at: 1).sighting }
    }

    /// A frame of version 4 that comes back with another payload.
    func answer(_ payload: [UInt8]) -> [UInt8] {
      var answer = Array(frame[..<34])
      answer.replaceSubrange(26..<30, with: frame[30..<34])
      answer.replaceSubrange(30..<34, with: frame[26..<30])
      answer.replaceSubrange(16..<18, with: Octets.of(UInt64(28 + payload.count) << 48, 2))
      return answer + frame[36..<38] + frame[34..<36] + Octets.of(UInt64(8 + payload.count) << 48, 4)
        + payload
    }

    var payload: [UInt8] { Array(frame[42...]) }

    /// An error of ICMP about the question.
    func complaint(_ type: UInt8, _ code: UInt8, by: [UInt8]) -> [UInt8] {
      var head = Array(frame[14..<34])
      head.replaceSubrange(2..<4, with: [0, 56])
      head[9] = 1
      head.replaceSubrange(12..<16, with: by)
      return frame[..<14] + head + [type, code, 0, 0, 0, 0, 0, 0] + frame[14..<42]
    }
  }

  /// An answer of each protocol that repeats its cookie, as the specification has it.
  private static func genuine(_ question: DatagramQuestion, _ asked: [UInt8]) -> [UInt8]? {
    switch question.name {
    case "dns": Array(asked[..<2]) + [0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0] + asked[12...]
    case "mdns": Array(asked[..<2]) + [0x84, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    case "ntp": [0x24] + [UInt8](repeating: 1, count: 23) + asked[40...] + [UInt8](repeating: 1, count: 16)
    case "rpcbind": Array(asked[..<4]) + [0, 0, 0, 1] + [UInt8](repeating: 0, count: 16)
    case "coap": [0x68, 0x45] + asked[2..<12] + [0xff, 0x3c]
    case "echonet-lite": [0x10, 0x81] + asked[2..<4] + [0x0e, 0xf0, 1, 5, 0xff, 1, 0x72, 1, 0x82, 1, 1]
    case "bacnet": [0x81, 0x0a, 0, 11, 1, 0, 0x30] + asked[8..<9] + [12, 0, 0]
    case "memcached": Array(asked[..<8]) + Array("VERSION 1.6\r\n".utf8)
    case "echo": asked
    default: nil
    }
  }

  @Test(arguments: DatagramQuestion.all) func onlyWhoHasSeenTheQuestionIsBelieved(
    _ question: DatagramQuestion
  ) throws {
    let scene = try Scene(.udp(question))
    guard let answer = Self.genuine(question, scene.payload) else { return }
    let other = try Scene(.udp(question), "198.18.0.8")
    let foreign = try #require(Self.genuine(question, other.payload))
    // One of another target, though it comes from this one.
    #expect(scene.hear(scene.answer(foreign)) == nil, "\(question.name)")
    #expect(scene.engine.counts.forged == 1)
    var elsewhere = scene.answer(answer)
    elsewhere[29] = 9
    #expect(scene.hear(elsewhere) == nil && scene.engine.counts.forged == 2)
    let found = try #require(scene.hear(scene.answer(answer)), "\(question.name)")
    #expect(
      found.state == .open && found.transport == .udp && found.question == question && !found.isUnproven)
    #expect(scene.hear(scene.answer(answer)) == nil && scene.engine.counts.repeated == 1)
    #expect(scene.engine.traffic.tallies.first?.octetsAnswered == 2 * answer.count)
  }

  /// What repeats nothing is told as such.
  @Test func anAnswerWithoutACookieIsMarked() throws {
    let scene = try Scene(.udp(.ssdp))
    let answer = Array("HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:1\r\n\r\n".utf8)
    #expect(try #require(scene.hear(scene.answer(answer))).isUnproven)
  }

  @Test func aClosedPortIsToldByItsHostAlone() throws {
    let own = try Scene(.udp(.dns))
    #expect(own.hear(own.complaint(3, 3, by: [198, 18, 0, 7]))?.state == .closed)
    // A kernel says so as often as it likes: nothing is learned of loss.
    #expect(own.engine.counts.rounds[0].found == 0 && own.engine.counts.closed == 1)
    let other = try Scene(.udp(.dns))
    let sighting = try #require(other.hear(other.complaint(3, 3, by: [203, 0, 113, 9])))
    #expect(sighting.state == .unreachable && sighting.by?.description == "203.0.113.9")
    let barred = try Scene(.udp(.dns))
    #expect(barred.hear(barred.complaint(3, 13, by: [203, 0, 113, 9]))?.state == .filtered)
    var forged = barred.complaint(3, 3, by: [198, 18, 0, 7])
    forged[forged.count - 1] ^= 1
    #expect(barred.hear(forged) == nil && barred.engine.counts.forged == 1)
  }

  @Test(arguments: ["198.18.0.7", "2001:db8:1::7"]) func anEchoComesBackWhole(_ address: String) throws {
    let scene = try Scene(.echo, address)
    let start = scene.target.isVersion4 ? 34 : 54
    var answer = scene.frame
    let (from, to) = scene.target.isVersion4 ? (26..<30, 30..<34) : (22..<38, 38..<54)
    answer.replaceSubrange(from, with: scene.frame[to])
    answer.replaceSubrange(to, with: scene.frame[from])
    answer[start] = scene.target.isVersion4 ? 0 : 129
    var forged = answer
    forged[forged.count - 1] ^= 1
    #expect(scene.hear(forged) == nil && scene.engine.counts.forged == 1)
    let sighting = try #require(scene.hear(answer))
    #expect(sighting.state == .open && sighting.transport == .icmp && sighting.address.description == address)
  }

  /// A hundred thousand strangers' datagrams: read or refused, never a trap.
  @Test func madeUpDatagramsAreHarmless() throws {
    var random = Seeded(9)
    for question in DatagramQuestion.all {
      let scene = try Scene(.udp(question))
      let genuine = scene.answer(Self.genuine(question, scene.payload) ?? scene.payload)
      for _ in 0..<2000 {
        var frame = Array(genuine.prefix(Int.random(in: 0...genuine.count, using: &random)))
        for _ in 0..<Int.random(in: 1...4, using: &random) where !frame.isEmpty {
          frame[Int.random(in: 0..<frame.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        _ = scene.hear(frame)
      }
      #expect(scene.engine.counts.open <= 1)
    }
  }
}

@Suite struct AmplificationTests {
  /// The numbers in the manual are those of the code.
  @Test func whatIsAboveTheBudgetIsKnown() {
    let above = DatagramQuestion.all.filter { $0.amplification > 6 }.map(\.name)
    #expect(above == ["mdns", "nbns", "chargen", "qotd"])
  }
}
