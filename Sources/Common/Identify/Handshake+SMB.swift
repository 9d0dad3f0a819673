import Posture

extension Handshake {
  /// Offers SMB 1 and 2 in one message, as a client does that knows neither ([MS-SMB2], section 3.2.4.2.2.1);
  /// a server of SMB 1 only answers in SMB 1.
  static let smb = Handshake("smb", ports: [445], next: { SMB.next($0) }, guest: { SMB.guest($0) }) { _ in
    SMB.multiProtocolNegotiate
  } read: {
    SMB.read($0, ended: $1)
  }

  /// Opens a NetBIOS session to the general name of file servers, then as above (RFC 1002, section 4.3.2).
  static let smbOverNetBIOS = Handshake("smb-netbios", ports: [139], next: { _ in .smb }) { _ in
    let names = SMB.netBIOSName("*SMBSERVER", kind: 0x20) + SMB.netBIOSName("KADOMORI", kind: 0)
    return [0x81, 0] + UInt16(names.count).octets + names
  } read: { bytes, ended in
    guard bytes.count >= 4 else { return ended ? .no : .more }
    // 0x82 accepts the session; what is behind it is asked next.
    return bytes == [0x82, 0, 0, 0] ? .identified(Identification(.unknown)) : .no
  }

  /// Asks a server of SMB 2 or later for the newest dialect that it has ([MS-SMB2], section 2.2.3).
  fileprivate static let smbDialect = Handshake("smb.dialect", guest: { SMB.guest($0) }) { _ in
    SMB.negotiate
  } read: {
    SMB.read($0, ended: $1)
  }
}

/// Writes and reads the negotiation of SMB, which comes before any session.
enum SMB {
  /// Wraps a message in the direct TCP transport: a zero byte and the length ([MS-SMB2], section 2.1).
  static func framed(_ message: [UInt8]) -> [UInt8] {
    [0] + UInt32(message.count).octets.dropFirst() + message
  }

  /// SMB_COM_NEGOTIATE with Unicode, long names and status codes ([MS-CIFS], section 2.2.4.52).
  static let multiProtocolNegotiate: [UInt8] = {
    let dialects: [UInt8] = ["NT LM 0.12", "SMB 2.002", "SMB 2.???"].flatMap { [2] + Array($0.utf8) + [0] }
    var message: [UInt8] = [0xff, 0x53, 0x4d, 0x42, 0x72, 0, 0, 0, 0, 0x18, 0x53, 0xc8]
    message += [UInt8](repeating: 0, count: 12)
    message += [0xff, 0xff, 0xfe, 0xff, 0, 0, 0, 0, 0]
    message += UInt16(dialects.count).littleOctets
    return framed(message + dialects)
  }()

  /// SMB2 NEGOTIATE with dialects 2.0.2 to 3.0.2, which need no negotiate contexts.
  static let negotiate: [UInt8] = {
    let dialects: [UInt16] = [0x0202, 0x0210, 0x0300, 0x0302]
    // The header of 64 octets: charge 0, status 0, command 0, one credit, no flags, message 1.
    var message: [UInt8] = [0xfe, 0x53, 0x4d, 0x42, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]
    message += [UInt8](repeating: 0, count: 8)
    message += UInt64(1).littleOctets
    message += [UInt8](repeating: 0, count: 32)
    // Signing enabled; a client identifier of our own.
    message += UInt16(36).littleOctets
    message += UInt16(dialects.count).littleOctets
    message += [1, 0, 0, 0, 0, 0, 0, 0]
    message += [UInt8](ascii: "kadomori-scanner")
    message += [UInt8](repeating: 0, count: 8)
    message += dialects.flatMap(\.littleOctets)
    return framed(message)
  }()

  static func read(_ bytes: [UInt8], ended: Bool) -> Reading {
    guard bytes.first == 0 else { return bytes.isEmpty && !ended ? .more : .no }
    guard bytes.count >= 9 else { return ended ? .no : .more }
    if bytes[4...8] == [0xff, 0x53, 0x4d, 0x42, 0x72] {
      return .identified(Identification(.smb, version: "1"))
    }
    guard bytes[4...7] == [0xfe, 0x53, 0x4d, 0x42] else { return .no }
    guard bytes.count >= 74 else { return ended ? .no : .more }
    // A response (flag 1) to NEGOTIATE (command 0).
    guard bytes[16] == 0, bytes[17] == 0, bytes[20] & 1 == 1 else { return .no }
    // What comes next is asked behind the whole of it.
    let length = bytes[1...3].reduce(0) { $0 << 8 | Int($1) }
    guard bytes.count >= 4 + length || ended else { return .more }
    return .identified(Identification(.smb, version: version(dialect(bytes))))
  }

  /// The dialect revision of a NEGOTIATE response ([MS-SMB2], section 2.2.4).
  private static func dialect(_ bytes: [UInt8]) -> UInt16 {
    bytes.count >= 74 ? UInt16(bytes[72]) | UInt16(bytes[73]) << 8 : 0
  }

  private static func version(_ dialect: UInt16) -> String? {
    switch dialect {
    case 0x0202: "2.0.2"
    case 0x0210: "2.1"
    case 0x0300: "3.0"
    case 0x0302: "3.0.2"
    case 0x0311: "3.1.1"
    default: nil
    }
  }

  /// 0x02ff says "some SMB 2": the dialect is still to be asked.
  static func next(_ bytes: [UInt8]) -> Handshake? {
    bytes.count >= 74 && bytes[4] == 0xfe && dialect(bytes) == 0x02ff ? .smbDialect : nil
  }

  /// Once the dialect is settled, a visit can begin; its messages are counted on from the one answered ([MS-SMB2],
  /// section 3.2.4.1.3).
  static func guest(_ bytes: [UInt8]) -> Handshake? {
    guard bytes.count >= 74, bytes[4] == 0xfe, dialect(bytes) >= 0x0202, dialect(bytes) != 0x02ff else {
      return nil
    }
    var cursor = ByteCursor(bytes[28...])
    return cursor.little(8).map { .visit(SMBVisit(message: $0 &+ 1)) }
  }

  /// A name of 15 characters and its kind, half an octet a letter (RFC 1001, section 14.1).
  static func netBIOSName(_ name: String, kind: UInt8) -> [UInt8] {
    let padded = Array(name.utf8.prefix(15)) + [UInt8](repeating: 0x20, count: max(0, 15 - name.utf8.count))
    let letters: [UInt8] = (padded + [kind]).flatMap { [0x41 + ($0 >> 4), 0x41 + ($0 & 15)] }
    return [32] + letters + [0]
  }
}
