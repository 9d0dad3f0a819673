import Cryptography
import Testing

@Suite struct DigestTests {
  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// FIPS 180-4 example: the message "abc".
  @Test func sha256() {
    #expect(
      hex(Digest.sha256(Array("abc".utf8)))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  /// RFC 4231, test case 2.
  @Test func hmac() {
    let mac = Digest.hmacSHA256(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
    #expect(hex(mac) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  /// RFC 4648, section 10, without padding and in lower case.
  @Test(arguments: [
    ("", ""), ("f", "my"), ("fo", "mzxq"), ("foo", "mzxw6"), ("foob", "mzxw6yq"), ("foobar", "mzxw6ytboi"),
  ])
  func base32(text: String, encoded: String) { #expect(Base32.encode(Array(text.utf8)) == encoded) }

  @Test func aKeyReadsBackAsItself() throws {
    let key = try KeyPair()
    let again = try KeyPair(pem: try key.privatePEM())
    #expect(try key.publicDER() == again.publicDER())
    #expect(try KeyPair().publicDER() != key.publicDER())
  }

  @Test func whatIsNoKeyIsRefused() {
    #expect(throws: CryptoError.self) { try KeyPair(pem: Array("nonsense".utf8)) }
    #expect(throws: CryptoError.self) { try KeyPair(pem: []) }
  }
}
