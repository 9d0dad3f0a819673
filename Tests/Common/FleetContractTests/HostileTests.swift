import FleetContract
import Testing

/// Bytes that mean harm are refused in one pass and never trap.
@Suite struct HostileTests {
  private func code(_ payload: [UInt8]) -> String? {
    do {
      _ = try Envelope<UninterpretedBody>(payload: payload, from: Samples.gateway)
      return nil
    } catch {
      return error.code
    }
  }

  @Test func `a depth bomb is too deep`() {
    let bombs = [
      Array(repeating: UInt8(ascii: "{"), count: 200_000),
      Array("{\"a\":".utf8) + Array(repeating: UInt8(ascii: "["), count: 200_000),
      Array(String(repeating: "{\"a\":", count: 40_000).utf8),
    ]
    for bomb in bombs { #expect(code(bomb) == "too-deep") }
  }

  @Test func `size is judged before anything else`() {
    #expect(code(Array(repeating: UInt8(ascii: "x"), count: PayloadBounds.maximumBytes + 1)) == "too-large")
    #expect(code(Array(repeating: UInt8(ascii: " "), count: PayloadBounds.maximumBytes)) == "not-json")
    #expect(code([]) == "not-json")
  }

  /// In UTF-16 a character can hide brackets from a scan that counts bytes.
  @Test func `other encodings of JSON are refused`() {
    let text = "{\"v\":\"1.0\"}"
    let little = text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    #expect(code(little) == "not-json")
    #expect(code([0xff, 0xfe] + little) == "not-json")
    #expect(code([0xef, 0xbb, 0xbf] + Array(text.utf8)) == "not-json")
  }

  @Test func `brackets inside strings do not count`() throws {
    let text = "{\"a\":\"" + String(repeating: "[{\\\"", count: 500) + "\"}"
    try PayloadBounds.check(Array(text.utf8))
  }

  @Test func `random mutations are read or refused`() throws {
    var random = SystemRandomNumberGenerator()
    let seeds = try Samples.messages().map(\.payload)
    for seed in seeds {
      for _ in 0..<2000 {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...4) {
          let place = Int.random(in: 0..<bytes.count, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
          case 1: bytes.insert(UInt8.random(in: 0x20...0x7e, using: &random), at: place)
          case 2 where bytes.count > 1: bytes.remove(at: place)
          default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 20)], at: place)
          }
        }
        _ = try? Envelope<DevicesBody>(payload: bytes, from: Samples.gateway)
        _ = try? Envelope<FindingEvent>(payload: bytes, from: Samples.gateway)
        _ = try? Envelope<StatusBody>(payload: bytes, from: Samples.gateway)
        _ = try? Envelope<AckBody>(payload: bytes, from: Samples.gateway)
        _ = try? CollectorStatus(payload: bytes)
        _ = Topic(String(decoding: bytes, as: UTF8.self))
      }
    }
  }
}
