import Addresses
import Posture
import Testing

@testable import Identify

/// A generator whose sequence a failing test can repeat (splitmix64, Vigna 2015).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
  }

  /// A copy with a few bytes changed, cut off or doubled.
  mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
    var changed = bytes
    for _ in 0..<Int.random(in: 1...4, using: &self) where !changed.isEmpty {
      let place = Int.random(in: 0..<changed.count, using: &self)
      switch Int.random(in: 0..<5, using: &self) {
      case 0: changed[place] = UInt8.random(in: 0...255, using: &self)
      case 1: changed.removeSubrange(place...)
      case 2: changed.insert(contentsOf: changed[place...].prefix(16), at: place)
      case 3: changed[place] = [0, 1, 0x7f, 0x80, 0xc0, 0xff].randomElement(using: &self) ?? 0
      default: changed.remove(at: place)
      }
    }
    return changed
  }
}

/// Hostile bytes: nothing traps, everything ends, and what is kept is bounded.
struct RobustnessTests {
  private let host = IPAddress.v4(IPv4Address(bits: 0xc000_0205))

  /// Beginnings that lead readers into their depths; the rest of each input is random.
  private static let beginnings: [[UInt8]] =
    Handshake.all.map { $0.request("127.0.0.1") }
    + DatagramProbe.all.map { $0.request((.v4(IPv4Address(bits: 0x7f00_0001)), 4)) } + Fixtures.all
    + [
      [], Array("HTTP/1.1 200 OK\r\n".utf8), [0xff, 0xfa], Array("RFB 003.008\n".utf8), [0x30, 0x84],
      [6, 0x10, 2, 4],
    ]

  private func check(_ reading: Reading) {
    guard case .identified(let found) = reading else { return }
    #expect(found.announced.count <= Identification.announcementLimit)
    let texts =
      [found.product, found.version].compactMap { $0 } + found.facts.values
      + found.announced.flatMap { $0.facts.values }
    for text in texts {
      #expect(text.unicodeScalars.count <= Text.limit && !text.isEmpty)
      #expect(text == Text.clean(text))
    }
  }

  @Test("No reader traps on random or mutated bytes", arguments: 0..<8)
  func readers(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let handshakes =
      Handshake.all + [
        .vncSecurity, .helpOfFTP, .guestOfFTP, .sshOffer(early: []), .upnpDescription(path: "/d.xml"),
      ]
    for _ in 0..<150 {
      let beginning = Self.beginnings.randomElement(using: &random) ?? []
      let bytes = random.mutated(beginning + random.bytes(Int.random(in: 0...80, using: &random)))
      for handshake in handshakes {
        check(handshake.read(bytes, false))
        check(handshake.read(bytes, true))
        if let next = handshake.next?(bytes) {
          check(next.read(bytes, true))
          _ = next.request(host.literal)
        }
      }
      for probe in DatagramProbe.all + DatagramProbe.asGuest { check(probe.read(bytes)) }
      for port in [UInt16(17), 37, 80] {
        check(Greeting.read(bytes, port: port, ended: Bool.random(using: &random)))
      }
    }
  }

  @Test("Every conversation ends, within its connections and its time", arguments: 0..<6)
  func conversations(seed: Int) {
    var random = SeededGenerator(seed: UInt64(1000 + seed))
    let ports = DefaultPorts.tcp + [1, 12_345, 65_535]
    for port in ports {
      let noise = Self.beginnings.randomElement(using: &random) ?? []
      let answers: [Peer.Answer] = [
        .bytes(random.mutated(noise + random.bytes(40))), .drip(random.bytes(1)[0]),
      ]
      for answer in answers + Peer.characters.suffix(1) {
        var peer = Peer(answer: answer)
        peer.greeting =
          Bool.random(using: &random) ? random.bytes(Int.random(in: 1...90, using: &random)) : []
        peer.speaksTLS = Bool.random(using: &random)
        let outcome = peer.talk(Conversation(host: host, port: port))
        #expect(outcome.found != nil, "tcp/\(port) does not end")
        #expect(outcome.connections <= Conversation.connectionLimit)
        #expect(outcome.handshakes <= Conversation.secureLimit)
      }
    }
  }

  @Test("A silent port costs no more than its patience")
  func silence() {
    for port in DefaultPorts.tcp + [12_345] {
      var peer = Peer(answer: .silence)
      let outcome = peer.talk(Conversation(host: host, port: port, hint: ["sip", "ipp", "redis"]))
      #expect(
        outcome.waited <= Conversation.patience + Conversation.answerWait, "tcp/\(port) \(outcome.waited)")
      #expect(outcome.found?.protocol == .unknown)
    }
  }

  @Test("A drip of bytes cannot hold a conversation for long")
  func drip() {
    for byte in [0x41, 0x48, 0x2b, 0x20, 0x00, 0x5b] as [UInt8] {
      var peer = Peer(answer: .drip(byte))
      let outcome = peer.talk(Conversation(host: host, port: 80))
      #expect(outcome.waited < .seconds(40), "\(byte) \(outcome.waited)")
    }
  }

  @Test("A name that points to itself, forward or round in a circle ends the reading")
  func compressionLoops() {
    let head: [UInt8] = [0x4b, 0x64, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    let rest: [UInt8] = [0, 12, 0, 1, 0, 0, 0, 1, 0, 2]
    for name in [[0xc0, 12], [0xc0, 14], [1, 0x61, 0xc0, 12], [0xc0, 24]] as [[UInt8]] {
      #expect(DNSMessage.name(in: head + name + rest + [0xc0, 12], at: 12) == nil)
      #expect(DatagramProbe.mdns.read(head + name + rest + [0xc0, 12]) == .no)
    }
  }
}
