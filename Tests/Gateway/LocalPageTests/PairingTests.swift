import Addresses
import LocalPage
import Posture
import Testing

/// Who guesses a code finds a lock; who listens in on a cookie cannot use it.
@Suite struct PairingTests {
  private func address(_ number: UInt32) -> IPAddress { .v4(IPv4Address(bits: 0xc0a8_0900 + number)) }
  private func other(_ code: String) -> String {
    code.hasPrefix("0") ? "1" + code.dropFirst() : "0" + code.dropFirst()
  }

  @Test func `a code opens once, with blanks and hyphens or without`() throws {
    var pairing = try Pairing()
    #expect(pairing.attempt("00000000", from: address(2), now: .zero) == .none)
    let code = try pairing.makeCode(now: .zero)
    #expect(code.utf8.count == 8 && code.utf8.allSatisfy { (0x30...0x39).contains($0) })
    let typed = " \(code.prefix(4))-\(code.suffix(4)) "
    #expect(pairing.attempt(typed, from: address(2), now: .seconds(1)) == .right)
    #expect(pairing.attempt(code, from: address(2), now: .seconds(2)) == .none)
  }

  @Test func `a code ends after ten minutes, and with the next one`() throws {
    var pairing = try Pairing()
    let first = try pairing.makeCode(now: .zero)
    #expect(pairing.attempt(first, from: address(2), now: Pairing.lifetime) == .none)
    let second = try pairing.makeCode(now: .seconds(700))
    let third = try pairing.makeCode(now: .seconds(701))
    #expect(second == third || pairing.attempt(second, from: address(2), now: .seconds(702)) == .wrong)
    #expect(pairing.attempt(third, from: address(2), now: .seconds(703)) == .right)
  }

  @Test func `five wrong codes lock an address out, and no other`() throws {
    var pairing = try Pairing()
    let code = try pairing.makeCode(now: .zero)
    for second in 1...5 {
      #expect(pairing.attempt(other(code), from: address(2), now: .seconds(second)) == .wrong)
    }
    #expect(pairing.attempt(code, from: address(2), now: .seconds(6)) == .locked(Pairing.lock - .seconds(1)))
    // A new code is no way round the lock.
    let next = try pairing.makeCode(now: .seconds(7))
    guard case .locked = pairing.attempt(next, from: address(2), now: .seconds(8)) else {
      Issue.record("not locked")
      return
    }
    #expect(pairing.attempt(next, from: address(3), now: .seconds(9)) == .right)
    let last = try pairing.makeCode(now: .seconds(800))
    #expect(pairing.attempt(last, from: address(2), now: .seconds(5) + Pairing.lock) == .right)
  }

  @Test func `twenty wrong codes of many addresses end the code`() throws {
    var pairing = try Pairing()
    let code = try pairing.makeCode(now: .zero)
    for number in 0..<20 {
      #expect(pairing.attempt(other(code), from: address(UInt32(number)), now: .seconds(1)) == .wrong)
    }
    #expect(pairing.attempt(code, from: address(99), now: .seconds(2)) == .none)
  }

  @Test func `ten thousand addresses are not remembered`() throws {
    var pairing = try Pairing()
    for round in 0..<500 {
      let code = try pairing.makeCode(now: .seconds(round))
      for number in 0..<20 {
        _ = pairing.attempt(other(code), from: address(UInt32(round * 20 + number)), now: .seconds(round))
      }
    }
    let code = try pairing.makeCode(now: .seconds(501))
    #expect(pairing.attempt(code, from: address(1), now: .seconds(501)) == .right)
  }

  private static let mac = MACAddress(octets: [0, 0, 0x5e, 0, 0x53, 1]) ?? .zero
  private static let thief = MACAddress(octets: [0, 0, 0x5e, 0, 0x53, 2]) ?? .zero

  @Test func `a browser stays paired on its own device, until it was away for a month`() throws {
    var sessions = PageSessions()
    let start = WallTime(milliseconds: 1_800_000_000_000)
    func later(_ days: Int64) -> WallTime { WallTime(milliseconds: start.milliseconds + days * 86_400_000) }
    let secret = try sessions.begin(on: Self.mac, now: start)
    #expect(secret.utf8.count == 64)
    #expect(sessions.look(secret, on: Self.mac, now: start, isClockSet: true) == .known)
    #expect(sessions.look(secret, on: Self.thief, now: start, isClockSet: true) == .unknown)
    #expect(sessions.look(nil, on: Self.mac, now: start, isClockSet: true) == .unknown)
    #expect(sessions.look(secret + "0", on: Self.mac, now: start, isClockSet: true) == .unknown)
    #expect(sessions.look(secret, on: Self.mac, now: later(29), isClockSet: true) == .seen)
    #expect(sessions.look(secret, on: Self.mac, now: later(58), isClockSet: true) == .seen)
    #expect(sessions.look(secret, on: Self.mac, now: later(89), isClockSet: true) == .unknown)
    #expect(sessions.look(secret, on: Self.mac, now: later(9000), isClockSet: false) == .known)
    sessions.end(secret)
    #expect(sessions.look(secret, on: Self.mac, now: start, isClockSet: true) == .unknown)
  }

  @Test func `what is kept of a browser is no way in`() throws {
    var sessions = PageSessions()
    let secret = try sessions.begin(on: Self.mac, now: WallTime(milliseconds: 0))
    let kept = try #require(sessions.entries.first)
    #expect(!kept.hash.contains(secret) && kept.hash != secret)
    #expect(
      sessions.look(kept.hash, on: Self.mac, now: WallTime(milliseconds: 0), isClockSet: true) == .unknown)
    #expect(PageSessions.formToken(secret) != PageSessions.formToken(secret + "1"))
  }

  @Test func `with a ninth browser the one that was away longest goes`() throws {
    var sessions = PageSessions()
    let secrets = try (0..<9).map { number in
      try sessions.begin(on: Self.mac, now: WallTime(milliseconds: Int64(number)))
    }
    let known = secrets.map {
      sessions.look($0, on: Self.mac, now: WallTime(milliseconds: 10), isClockSet: true) == .known
    }
    #expect(known == [false] + [Bool](repeating: true, count: 8))
  }
}
