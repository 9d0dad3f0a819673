import Posture

extension DatagramProbe {
  /// Asks for the time as a client, mode 3, and reads mode 4 (RFC 5905, section 7.3).
  ///
  /// The server repeats our transmit time as origin.
  static let ntp = DatagramProbe("ntp", port: 123) { _ in
    [0x23] + [UInt8](repeating: 0, count: 39) + ntpToken
  } read: { bytes in
    guard bytes.count >= 48, bytes[0] & 7 == 4, bytes[24..<32].elementsEqual(ntpToken) else { return .no }
    return .identified(Identification(.ntp, version: String(bytes[0] >> 3 & 7)))
  }

  private static let ntpToken = [UInt8](ascii: "kadomori")

  /// Asks to read a file that cannot be there; the error packet comes from a port of its own (RFC 1350,
  /// sections 4 and 5).
  static let tftp = DatagramProbe("tftp", port: 69) { _ in
    [0, 1] + [UInt8](ascii: "kadomori-no-such-file-6b61646f\0octet\0")
  } read: { bytes in
    // ERROR, a code of RFC 1350 or of the option extension (RFC 2347), a text that ends with zero.
    guard bytes.count >= 5, bytes.count <= 516, bytes.starts(with: [0, 5, 0]), bytes[3] <= 8, bytes.last == 0
    else {
      return .no
    }
    return .identified(Identification(.tftp, facts: [.banner: Text.printable(bytes[4...].dropLast())]))
  }

  /// Opens a security association with a proposal that no server takes up for long: AES-CBC, SHA-256,
  /// Diffie-Hellman group 14 with an empty key (RFC 7296, sections 1.2 and 3).
  ///
  /// Any answer to our cookie counts.
  static let ike = DatagramProbe("ike", port: 500) { _ in
    let transforms: [[UInt8]] = [
      [3, 0, 0, 12, 1, 0, 0, 12, 0x80, 14, 0, 128], [3, 0, 0, 8, 2, 0, 0, 5], [3, 0, 0, 8, 3, 0, 0, 12],
      [0, 0, 0, 8, 4, 0, 0, 14],
    ]
    let proposal = [0, 0, 0, 44, 1, 1, 0, 4] + transforms.joined()
    let association = [34, 0] + UInt16(4 + proposal.count).octets + proposal
    let key = [40, 0] + UInt16(8 + 256).octets + [0, 14, 0, 0] + [UInt8](repeating: 0, count: 255) + [2]
    let nonce = [0, 0] + UInt16(4 + 16).octets + [UInt8](ascii: "kadomori-scanner")
    let body = association + key + nonce
    // Next payload SA, version 2.0, IKE_SA_INIT, initiator, message 0.
    return ikeCookie + [UInt8](repeating: 0, count: 8) + [33, 0x20, 34, 8, 0, 0, 0, 0]
      + UInt32(28 + body.count).octets + body
  } read: { bytes in
    guard bytes.count >= 28, bytes.starts(with: ikeCookie), bytes[17] >> 4 == 1 || bytes[17] >> 4 == 2,
      // A response flag, or version 1 of a server that knows no other.
      bytes[19] & 0x20 != 0 || bytes[17] >> 4 == 1
    else { return .no }
    let length = bytes[24...27].reduce(0) { $0 << 8 | Int($1) }
    guard length == bytes.count else { return .no }
    return .identified(Identification(.ike, version: "\(bytes[17] >> 4)"))
  }

  private static let ikeCookie = [UInt8](ascii: "kadomori")
}
