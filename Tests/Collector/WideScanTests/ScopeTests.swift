import Addresses
import Cryptography
import Posture
import Testing
import WideScan

/// What a provider signs, small enough to be looked at.
enum Signed {
  static let now = WallTime(milliseconds: 1_790_000_000_000)

  static func blocks(_ texts: String...) -> [AddressBlock] { texts.compactMap { AddressBlock($0) } }

  static func authorisation(_ blocks: String..., interface: String = "scan0") -> Authorisation {
    authorisation(blocks, interface: interface)
  }

  static func authorisation(_ blocks: [String], interface: String = "scan0") -> Authorisation {
    Authorisation(
      owner: "Example Net", contact: "scans@example.net", approvedBy: "Hanako Kado",
      validUntil: WallTime(milliseconds: now.milliseconds + 86_400_000), interfaces: [interface],
      blocks: blocks.compactMap { AddressBlock($0) })
  }
}

@Suite struct AuthorisationTests {
  private func read(_ text: String, _ key: SigningKey, now: WallTime = Signed.now) throws -> Authorisation {
    try Authorisation(Array(text.utf8), keys: [key.publicKey], now: now)
  }

  @Test func whatWasSignedIsRead() throws {
    let key = try SigningKey()
    let authorisation = Signed.authorisation("198.18.0.0/15", "2001:db8::/40 each /56")
    let other = try SigningKey()
    let text = try authorisation.signed(by: key)
    #expect(try read(text, key) == authorisation)
    #expect(
      try Authorisation(Array(text.utf8), keys: [other.publicKey, key.publicKey], now: Signed.now)
        == authorisation)
    #expect(throws: AuthorisationError.signature) { try read(text, other) }
  }

  /// Whatever octet is changed, by whatever bit, it is refused.
  @Test func everyEditIsRefused() throws {
    let key = try SigningKey()
    let bytes = Array(try Signed.authorisation("198.18.0.0/15").signed(by: key).utf8)
    for place in bytes.indices {
      for bit in 0..<8 {
        var edited = bytes
        edited[place] ^= 1 << UInt8(bit)
        // Digits of the signature may be written in capitals: that is the same signature.
        let isCapital = bit == 5 && place > bytes.count - 130 && (0x61...0x66).contains(bytes[place])
        let isRead = (try? Authorisation(edited, keys: [key.publicKey], now: Signed.now)) != nil
        #expect(isRead == isCapital, "octet \(place), bit \(bit)")
      }
      #expect((try? Authorisation(Array(bytes[..<place]), keys: [key.publicKey], now: Signed.now)) == nil)
    }
  }

  @Test func anExpiredOneIsRefused() throws {
    let key = try SigningKey()
    let authorisation = Signed.authorisation("198.18.0.0/15")
    let text = try authorisation.signed(by: key)
    let last = WallTime(milliseconds: authorisation.validUntil.milliseconds - 1)
    #expect(try read(text, key, now: last) == authorisation)
    #expect(throws: AuthorisationError.expired(at: authorisation.validUntil)) {
      try read(text, key, now: authorisation.validUntil)
    }
  }

  @Test(arguments: [
    ["0.0.0.0/0"], ["::/0"], ["0.0.0.0/1"], ["10.0.0.0/7"], ["127.0.0.0/8"], ["224.0.0.0/8"],
    ["2001:db8::/64"],
    ["fe80::/120"], ["198.18.0.1/15"], ["198.18.0.0/33"], ["198.18.0.0/15", "198.19.0.0/24"],
    ["198.18.0.0/15", "198.18.0.0/15"], ["2001:db8::/32 each /64"], ["2001:db8::/48 each /40"],
    ["2001:db8::/96 each /64"],
    ["2001:db8::/120 each /100"],
    ["198.18.0.0/15 each /24"], [],
  ])
  func whatCannotBeMeantIsRefusedThoughSigned(_ blocks: [String]) throws {
    let key = try SigningKey()
    let text = try Signed.authorisation(blocks).signed(by: key)
    #expect {
      try read(text, key)
    } throws: { error in
      if case .says(let what) = error as? AuthorisationError { !what.isEmpty } else { false }
    }
  }
}

@Suite struct TargetSpaceTests {
  @Test func everyAddressAndPortOnce() throws {
    let authorisation = Signed.authorisation("198.18.0.0/24", "203.0.113.128/25", "2001:db8::/120")
    let space = try TargetSpace(authorisation, ports: [80, 22, 443])
    #expect(space.count == (256 + 128 + 256) * 3)
    var seen: Set<Endpoint> = []
    for index in 0..<space.count {
      let target = space.target(at: index)
      #expect(seen.insert(Endpoint(target.address, target.port)).inserted)
      #expect(space.target(target.address, target.port) == target)
    }
  }

  @Test func customersOfIPv6AreProbedOnceEach() throws {
    let authorisation = Signed.authorisation("2001:db8::/48 each /56")
    let key = SipHash(1, 2)
    let space = try TargetSpace(authorisation, ports: [80], key: key)
    #expect(space.count == 256)
    var prefixes: Set<UInt128> = []
    for index in 0..<space.count {
      guard case .v6(let address) = space.target(at: index).address else { return #expect(Bool(false)) }
      #expect(address.bits >> 80 == 0x2001_0db8_0000)
      #expect(prefixes.insert(address.bits >> 72).inserted)
      #expect(address.bits & (1 << 72 - 1) != 0)
      #expect(space.target(.v6(address), 80)?.index == index)
      #expect(space.target(.v6(IPv6Address(bits: address.bits ^ 1)), 80) == nil)
    }
  }

  @Test func whoeverOptsOutIsNoTarget() throws {
    let authorisation = Signed.authorisation("198.18.0.0/24", "2001:db8::/48 each /56")
    let optOuts = AddressSet(
      Signed.blocks(
        "198.18.0.7/32", "198.18.0.16/28", "198.18.0.20/32", "2001:db8:0:100::/64", "198.18.0.255/32"))
    let space = try TargetSpace(authorisation, optOuts: optOuts, ports: [80])
    #expect(space.count == 256 - 18 + 255)
    for index in 0..<space.count { #expect(!optOuts.contains(space.target(at: index).address)) }
  }

  @Test func whatLeavesNothingIsTold() {
    let authorisation = Signed.authorisation("198.18.0.0/24")
    #expect(throws: ScopeError.nothingLeft) {
      try TargetSpace(authorisation, optOuts: AddressSet(Signed.blocks("198.0.0.0/8")), ports: [80])
    }
    #expect(throws: ScopeError.services) { try TargetSpace(authorisation, ports: []) }
    #expect(throws: ScopeError.services) { try TargetSpace(authorisation, ports: [80, 80]) }
    for wanted in ["198.18.1.0/24", "198.18.0.0/23", "0.0.0.0/0", "2001:db8::/120"] {
      #expect(throws: ScopeError.self, "\(wanted)") {
        try TargetSpace(authorisation, wanted: Signed.blocks(wanted), ports: [80])
      }
    }
    #expect(throws: ScopeError.self) {
      try TargetSpace(authorisation, wanted: Signed.blocks("198.18.0.0/25", "198.18.0.64/26"), ports: [80])
    }
  }

  /// More targets than 32 bits can count: every index is another target, and comes back from it.
  @Test func moreThanFourThousandMillionTargets() throws {
    let ports = (1...1000).map { UInt16($0) }
    let space = try TargetSpace(Signed.authorisation("10.0.0.0/8", "198.18.0.0/15"), ports: ports)
    #expect(space.count == (16_777_216 + 131_072) * 1000)
    let permutation = Permutation(count: space.count, key: 5)
    var random = SystemRandomNumberGenerator()
    var seen: Set<Target> = []
    let edges: [UInt64] = [0, (1 << 32) - 1, 1 << 32, (1 << 32) + 1, space.count - 1]
    for index in edges + (0..<5000).map({ _ in UInt64.random(in: 0..<space.count, using: &random) }) {
      let target = space.target(at: index)
      #expect(space.target(target.address, target.port)?.index == index && target.index == index)
      #expect(permutation.value(at: permutation.position(of: index)) == index)
      seen.insert(target)
    }
    // As good as certain: of 5,000 draws among 17 thousand million two meet once in a thousand times.
    #expect(seen.count >= 5003)
    #expect(space.target(at: space.count - 1).address.description == "198.19.255.255")
  }

  /// Ten million draws from a thousand random scopes: never an address that is not authorised, or has opted out.
  ///
  /// The oracle asks prefix by prefix, and shares no code with what it judges.
  @Test func noDrawIsOutOfScope() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<1000 {
      let (authorised, optedOut) = (Self.randomBlocks(&random, 6), Self.randomBlocks(&random, 8))
      let authorisation = Signed.authorisation(Self.apart(authorised).map { "\($0)" })
      guard let space = try? TargetSpace(authorisation, optOuts: AddressSet(optedOut), ports: [80, 443])
      else {
        // All of it has opted out.
        continue
      }
      let permutation = Permutation(count: space.count, key: random.next())
      for _ in 0..<10_000 {
        let target = space.target(
          at: permutation.value(at: UInt64.random(in: 0..<space.count, using: &random)))
        let isIn = authorised.contains { Self.holds($0, target.address) }
        let isOut = optedOut.contains { Self.holds($0, target.address) }
        guard isIn, !isOut else {
          Issue.record("\(target.address) of \(authorised) without \(optedOut)")
          return
        }
      }
    }
  }

  private static func randomBlocks(_ random: inout some RandomNumberGenerator, _ most: Int) -> [AddressBlock]
  {
    (0..<Int.random(in: 1...most, using: &random)).compactMap { _ in
      let prefix = Int.random(in: 22...32, using: &random)
      // Close together, so that they touch, hold and miss each other.
      let bits = 0xc612_0000 | UInt32.random(in: 0..<8192, using: &random)
      return IPv4Network(containing: IPv4Address(bits: bits), prefix: prefix).map {
        AddressBlock(base: .v4($0.base), prefix: prefix)
      }
    }
  }

  /// Without those that overlap one before.
  private static func apart(_ blocks: [AddressBlock]) -> [AddressBlock] {
    blocks.reduce(into: []) { kept, block in
      let touches = kept.contains { holds($0, block.base) || holds(block, $0.base) }
      if !touches { kept.append(block) }
    }
  }

  private static func holds(_ block: AddressBlock, _ address: IPAddress) -> Bool {
    guard case .v4(let base) = block.base, case .v4(let own) = address else { return false }
    return IPv4Network(containing: base, prefix: block.prefix)?.contains(own) == true
  }
}
