import Posture

extension Handshake {
  /// Says hello, opens a channel without security and asks for the endpoints, which every server shows to
  /// everyone (OPC UA part 6, section 7.1.2; part 4, section 5.5.4).
  ///
  /// No session is made.
  static let opcUA = Handshake("opc-ua", ports: [4840], next: { _ in .opcUAChannel }) { host in
    let url = UABinary.string("opc.tcp://\(host):4840")
    // Version 0, buffers of 64 KiB, no limit of our own on messages and chunks.
    let limits: [UInt32] = [0, 65536, 65536, 0, 0]
    return UABinary.message("HEL", limits.flatMap(\.littleOctets) + url)
  } read: { bytes, ended in
    guard ["ACKF", "ERRF"].contains(where: { Greeting.starts(bytes, $0) }) else {
      return bytes.isEmpty && !ended ? .more : .no
    }
    guard let body = UABinary.body(bytes), body.count >= 8 else { return ended ? .no : .more }
    return .identified(Identification(.opcUA))
  }

  fileprivate static let opcUAChannel = Handshake(
    "opc-ua.channel",
    next: { bytes in
      UABinary.channel(bytes).map { .opcUAEndpoints(channel: $0.channel, token: $0.token) }
    }
  ) { _ in
    // Null certificate and thumbprint, sequence 1, request 1.
    let security = UABinary.string(UABinary.noSecurity) + UABinary.null + UABinary.null
    let order = UInt32(1).littleOctets + UInt32(1).littleOctets
    // OpenSecureChannelRequest 446: version 0, issue, mode none, no nonce, one minute.
    let request =
      UABinary.requestHead(446) + UInt32(0).littleOctets + UInt32(0).littleOctets + UInt32(1).littleOctets
      + UABinary.null + UInt32(60_000).littleOctets
    return UABinary.message("OPN", UInt32(0).littleOctets + security + order + request)
  } read: { bytes, ended in
    guard Greeting.starts(bytes, "OPNF") else { return bytes.isEmpty && !ended ? .more : .no }
    guard UABinary.body(bytes) != nil else { return ended ? .no : .more }
    return UABinary.channel(bytes) == nil ? .no : .identified(Identification(.opcUA))
  }

  fileprivate static func opcUAEndpoints(channel: UInt32, token: UInt32) -> Handshake {
    Handshake("opc-ua.endpoints") { host in
      let order = UInt32(2).littleOctets + UInt32(2).littleOctets
      // GetEndpointsRequest 428: the address, any locale, any profile.
      let request =
        UABinary.requestHead(428) + UABinary.string("opc.tcp://\(host):4840") + UABinary.null + UABinary.null
      return UABinary.message("MSG", channel.littleOctets + token.littleOctets + order + request)
    } read: { bytes, ended in
      guard Greeting.starts(bytes, "MSG") else { return bytes.isEmpty && !ended ? .more : .no }
      guard let body = UABinary.body(bytes) else { return ended ? .no : .more }
      return UAEndpoints(body).map { .identified($0.identification) } ?? .no
    }
  }
}

/// Writes and reads the binary encoding of OPC UA (part 6, sections 5.2 and 7.1.2).
enum UABinary {
  static let noSecurity = "http://opcfoundation.org/UA/SecurityPolicy#None"
  /// A string, byte string or array that is not there.
  static let null: [UInt8] = [0xff, 0xff, 0xff, 0xff]

  static func string(_ text: String) -> [UInt8] { UInt32(text.utf8.count).littleOctets + Array(text.utf8) }

  /// Type, `F` for a final chunk, the size with these eight octets.
  static func message(_ type: StaticString, _ body: [UInt8]) -> [UInt8] {
    [UInt8](ascii: type) + [0x46] + UInt32(body.count + 8).littleOctets + body
  }

  /// The node of a request and its header: no token, no time, handle 1, nothing more (part 4, section 7.33).
  static func requestHead(_ node: UInt16) -> [UInt8] {
    [1, 0] + node.littleOctets + [0, 0] + [UInt8](repeating: 0, count: 8) + UInt32(1).littleOctets
      + UInt32(0).littleOctets + null + UInt32(1000).littleOctets + [0, 0, 0]
  }

  /// What follows the header, once all of it is here.
  static func body(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count >= 8 else { return nil }
    var cursor = ByteCursor(bytes[4...])
    guard let size = cursor.little32(), size >= 8, size <= 65536 else { return nil }
    return cursor.take(size - 8)
  }

  /// The channel and token of an OpenSecureChannelResponse (449).
  static func channel(_ bytes: [UInt8]) -> (channel: UInt32, token: UInt32)? {
    guard let body = body(bytes) else { return nil }
    var cursor = ByteCursor(body)
    guard cursor.skip(4) != nil, cursor.skipUAString(), cursor.skipUAString(), cursor.skipUAString(),
      cursor.skip(8) != nil, cursor.take(4) == [1, 0, 0xc1, 1], cursor.skipUAResponseHeader(),
      cursor.skip(4) != nil, let channel = cursor.little(4), let token = cursor.little(4)
    else { return nil }
    return (UInt32(channel), UInt32(token))
  }
}

extension ByteCursor {
  /// The bytes of a string or byte string; empty for one that is not there.
  mutating func uaString() -> [UInt8]? {
    guard let length = little(4) else { return nil }
    return length == 0xffff_ffff ? [] : take(Int(length))
  }

  mutating func skipUAString() -> Bool { uaString() != nil }

  /// Passes over time, handle, a good result, no diagnostics, strings, no further header (part 4, section 7.34).
  mutating func skipUAResponseHeader() -> Bool {
    guard skip(12) != nil, little32() == 0, u8() == 0, let strings = little(4) else { return false }
    if strings != 0xffff_ffff {
      guard strings <= 64 else { return false }
      for _ in 0..<strings { guard skipUAString() else { return false } }
    }
    return take(3) == [0, 0, 0]
  }
}
