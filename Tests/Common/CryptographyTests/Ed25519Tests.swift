import Cryptography
import Testing

@Suite struct Ed25519Tests {
  /// RFC 8032, section 7.1: secret key, public key, message, signature.
  private static let vectors = [
    (
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        + "d25bf5f0595bbe24655141438e7a100b"
    ),
    (
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        + "387b2eaeb4302aeeb00d291612bb0c00"
    ),
    (
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        + "4a7c15e9716ed28dc027beceea1ec40a"
    ),
  ]

  @Test(arguments: vectors)
  func `agrees with the vectors of RFC 8032`(secret: String, key: String, message: String, signature: String)
    throws
  {
    let signer = try SigningKey(seed: Hexadecimal.bytes(secret))
    let bytes = Hexadecimal.bytes(message)
    #expect(Hexadecimal.text(signer.publicKey) == key)
    #expect(Hexadecimal.text(try signer.sign(bytes)) == signature)
    #expect(Ed25519.isValid(Hexadecimal.bytes(signature), of: bytes, by: signer.publicKey))
  }

  @Test func `a key survives the disk, and another's signature is none`() throws {
    let key = try SigningKey()
    let again = try SigningKey(pem: try key.privatePEM())
    #expect(again.publicKey == key.publicKey)
    #expect(String(decoding: try key.privatePEM(), as: UTF8.self).hasPrefix("-----BEGIN PRIVATE KEY-----"))
    let bytes = Array("exactly these".utf8)
    let signature = try again.sign(bytes)
    #expect(Ed25519.isValid(signature, of: bytes, by: key.publicKey))
    #expect(!Ed25519.isValid(signature, of: bytes + [0], by: key.publicKey))
    #expect(!Ed25519.isValid(signature, of: bytes, by: try SigningKey().publicKey))
    for bit in 0..<512 {
      var flipped = signature
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!Ed25519.isValid(flipped, of: bytes, by: key.publicKey), "bit \(bit)")
    }
  }

  @Test func `what is no key and no signature is refused quietly`() throws {
    #expect(!Ed25519.isValid([], of: [], by: []))
    #expect(!Ed25519.isValid([UInt8](repeating: 0, count: 64), of: [], by: [UInt8](repeating: 1, count: 31)))
    #expect(throws: CryptoError.self) { try SigningKey(pem: Array("rubbish".utf8)) }
    #expect(throws: CryptoError.self) { try SigningKey(pem: try KeyPair().privatePEM()) }
    #expect(throws: CryptoError.self) { try SigningKey(seed: [1, 2, 3]) }
  }
}
