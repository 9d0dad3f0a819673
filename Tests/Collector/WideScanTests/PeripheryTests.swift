import Addresses
import Testing

@testable import WideScan

@Suite struct PeripheryTests {
  /// One address of each customer; the router there answers, and its address is what was looked for.
  @Test func whoeverAnswersForACustomerIsNamed() throws {
    let space = try TargetSpace(Signed.authorisation("2001:db8:100::/48 each /56"), services: [.echo])
    var engine = Scanning.engine(space, seed: 1)
    let frames = Scanning.frames(engine)
    #expect(space.count == 256)
    var found: [Sighting] = []
    for index in 0..<space.count {
      let frame = frames.frame(Probe(target: space.target(at: index), kind: .attempt(0)))
      // Every fourth customer is away; of the others half have a router of their own, half one they share.
      guard index % 4 != 0 else { continue }
      let router: UInt128 = 0x2001_0db8_0200 << 80 | (index % 4 == 1 ? 1 : UInt128(index) << 8)
      var head = Array(frame[14..<54])
      head.replaceSubrange(4..<6, with: Octets.of(UInt64(8 + frame.count - 14) << 48, 2))
      head[6] = 58
      head.replaceSubrange(24..<40, with: frame[22..<38])
      head.replaceSubrange(
        8..<24, with: Octets.of(UInt64(router >> 64), 8) + Octets.of(UInt64(truncatingIfNeeded: router), 8))
      let answer: [UInt8] = frame[..<14] + head + [1, 3, 0, 0, 0, 0, 0, 0] + frame[14...]
      let heard = try #require(AnswerReader.read(answer), "no answer")
      if let sighting = engine.hear(heard, at: 1).sighting { found.append(sighting) }
    }
    #expect(found.count == 192 && found.allSatisfy { $0.customerPrefix == 56 && $0.state == .unreachable })
    #expect(found.allSatisfy { $0.by.map { "\($0)".hasPrefix("2001:db8:200:") } == true })
    #expect(engine.periphery.answers == 192)
    #expect(engine.periphery.routers == 129 && engine.periphery.sharedRouters == 1)
    // That nobody is there is the answer; whoever gave it is not asked again.
    #expect(engine.counts.rounds[0].found == 192 && engine.silent == 64)
  }
}

@Suite struct AddressListTests {
  private static let authorisation = Signed.authorisation("198.18.0.0/24", "2001:db8::/40 each /56")

  private static func addresses(_ text: String) throws -> [IPAddress] {
    try AddressList.read(Array(text.utf8))
  }

  @Test func everyListedAddressOnceAndNoOther() throws {
    let list = try Self.addresses("# known\n2001:db8::7\n198.18.0.9\n\n198.18.0.8\r\n2001:db8:ff:1::1")
    let space = try TargetSpace(Self.authorisation, addresses: list, services: [.tcp(80), .udp(.dns)])
    #expect(space.count == 8 && Set((0..<8).map { space.target(at: $0).address }) == Set(list))
    for index in 0..<space.count {
      let target = space.target(at: index)
      #expect(space.target(target.address, target.port, target.transport)?.index == index)
      #expect(target.customerPrefix == nil)
    }
    #expect(space.target(try #require(IPAddress("198.18.0.10")), 80) == nil)
  }

  @Test(arguments: ["198.18.1.0", "2001:db9::1", "198.18.0.1\n198.18.0.1"])
  func whatIsNotAuthorisedOrTwiceIsRefused(_ text: String) throws {
    let list = try Self.addresses(text)
    #expect(throws: ScopeError.self) {
      try TargetSpace(Self.authorisation, addresses: list, services: [.tcp(80)])
    }
  }

  @Test func whoeverOptsOutIsLeftOut() throws {
    let list = try Self.addresses("198.18.0.1\n198.18.0.2\n198.18.0.3")
    let optOuts = AddressSet(Signed.blocks("198.18.0.2/32"))
    let space = try TargetSpace(Self.authorisation, addresses: list, optOuts: optOuts, services: [.tcp(80)])
    #expect((0..<space.count).map { "\(space.target(at: $0).address)" } == ["198.18.0.1", "198.18.0.3"])
  }

  @Test func theLineThatIsWrongIsNamed() {
    #expect {
      try Self.addresses("198.18.0.1\n198.18.0.256\n")
    } throws: { error in
      (error as? AddressListError)?.line == 2
    }
  }

  /// A million draws from random lists: every one was listed, lies in the authorisation, and has not opted out.
  @Test func noDrawIsOutOfScope() throws {
    var random = Seeded(3)
    for _ in 0..<200 {
      var list: Set<IPAddress> = []
      for _ in 0..<Int.random(in: 1...60, using: &random) {
        list.insert(.v4(IPv4Address(bits: 0xc612_0000 | UInt32.random(in: 0..<512, using: &random))))
      }
      let inside = list.filter {
        if case .v4(let address) = $0 { address.bits >> 8 == 0xc61200 } else { false }
      }
      let space = try? TargetSpace(Self.authorisation, addresses: Array(list), services: [.tcp(80)])
      #expect((space != nil) == (inside == list))
      guard let space else { continue }
      for _ in 0..<5000 {
        #expect(list.contains(space.target(at: UInt64.random(in: 0..<space.count, using: &random)).address))
      }
    }
  }
}
