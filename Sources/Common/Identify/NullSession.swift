/// Writes the two messages of NTLM that ask for a session of nobody: no name, no password, no domain
/// ([MS-NLMP], section 3.2.5.1.2), each in the wrapping of SPNEGO (RFC 4178, section 4.2).
enum NullSession {
  private static let signature = [UInt8](ascii: "NTLMSSP\0")

  /// Unicode, the server's name, signing, NTLM with extended session security, 128 bits ([MS-NLMP], section 2.2.2.5).
  private static let offered: UInt32 = 0x2008_8215
  /// Says that nobody comes.
  private static let anonymous: UInt32 = 0x0800

  /// NEGOTIATE_MESSAGE, as the token of the first mechanism offered, which is the only one ([MS-NLMP], section
  /// 2.2.1.1).
  static let hello: [UInt8] = {
    let message = signature + UInt32(1).littleOctets + offered.littleOctets + [UInt8](repeating: 0, count: 16)
    // NTLM is 1.3.6.1.4.1.311.2.2.10, SPNEGO itself 1.3.6.1.5.5.2.
    let mechanism = BER.value(0x06, [0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10])
    let token =
      BER.value(0xa0, BER.value(0x30, mechanism)) + BER.value(0xa2, BER.value(0x04, message))
    return BER.value(
      0x60, BER.value(0x06, [0x2b, 6, 1, 5, 5, 2]) + BER.value(0xa0, BER.value(0x30, token)))
  }()

  /// The flags of the CHALLENGE_MESSAGE in an answer; `nil` where there is none ([MS-NLMP], section 2.2.1.2).
  static func challenge(in answer: [UInt8]) -> UInt32? {
    guard let place = answer.firstRange(of: signature + UInt32(2).littleOctets) else { return nil }
    var cursor = ByteCursor(answer[place.upperBound...])
    guard cursor.skip(8) != nil, let flags = cursor.little(4) else { return nil }
    return UInt32(flags)
  }

  /// AUTHENTICATE_MESSAGE with one zero octet for an answer to the challenge, and all else empty ([MS-NLMP],
  /// section 2.2.1.3).
  static func answer(to flags: UInt32) -> [UInt8] {
    func field(_ length: UInt16) -> [UInt8] {
      length.littleOctets + length.littleOctets + UInt32(length == 0 ? 65 : 64).littleOctets
    }
    // The answers of LAN Manager and NTLM, domain, user, workstation, session key.
    let fields = field(1) + (0..<5).flatMap { _ in field(0) }
    let message =
      signature + UInt32(3).littleOctets + fields + (flags & offered | anonymous).littleOctets + [0]
    return BER.value(0xa1, BER.value(0x30, BER.value(0xa2, BER.value(0x04, message))))
  }
}
