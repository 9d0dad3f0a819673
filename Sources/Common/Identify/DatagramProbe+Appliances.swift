import Posture

extension DatagramProbe {
  /// Asks for the list of resources (RFC 7252, section 3; RFC 6690, section 4).
  static let coap = DatagramProbe("coap", port: 5683) { _ in
    // Version 1, confirmable, token of four; GET; message 0x4b64; Uri-Path ".well-known" and "core".
    [0x44, 1] + CoAP.identifier + CoAP.token + [0xbb] + [UInt8](ascii: ".well-known") + [4]
      + [UInt8](ascii: "core")
  } read: {
    CoAP.read($0)
  }

  /// Asks a node for its devices, version, maker and product (ECHONET Lite Specification 1.14, part 2,
  /// sections 3.2 and 6.11).
  ///
  /// Nodes answer to port 3610 whatever port asked (section 1.2).
  static let echonetLite = DatagramProbe("echonet-lite", port: 3610, answerPort: 3610) { _ in
    // Format 1, transaction, from a controller (05FF01) to the node profile (0EF001), Get of four properties.
    let properties: [UInt8] = [0xd6, 0x82, 0x8a, 0x8c]
    return [0x10, 0x81] + EchonetLite.transaction + EchonetLite.controller + [0x0e, 0xf0, 0x01, 0x62]
      + [UInt8(properties.count)] + properties.flatMap { [$0, 0] }
  } read: {
    EchonetLite.read($0)
  }
}

/// Reads CoAP messages.
enum CoAP {
  static let identifier: [UInt8] = [0x4b, 0x64]
  static let token: [UInt8] = [0x6b, 0x61, 0x64, 0x6f]

  /// An answer with our token, or an acknowledgement or reset of our message.
  static func read(_ bytes: [UInt8]) -> Reading {
    guard bytes.count >= 4, bytes[0] >> 6 == 1 else { return .no }
    let kind = bytes[0] >> 4 & 3
    let tokenLength = Int(bytes[0] & 15)
    let isOurs = tokenLength == 4 && bytes.dropFirst(4).starts(with: token)
    let isEmpty = bytes.count == 4 && kind >= 2 && bytes[2...3].elementsEqual(identifier) && bytes[1] == 0
    guard isOurs || isEmpty else { return .no }
    if isEmpty { return .identified(Identification(.coap)) }
    // A response class: 2, 4 or 5 (section 5.9).
    guard [2, 4, 5].contains(bytes[1] >> 5) else { return .no }
    var found = Identification(.coap)
    if bytes[1] == 0x45, let payload = payload(bytes.dropFirst(8)) {
      let types = resourceTypes(payload)
      found.facts[.type] = types.isEmpty ? nil : types.joined(separator: " ")
      found.facts[.banner] = Text.printable(payload)
    }
    return .identified(found)
  }

  /// What follows the options and the marker 0xff (section 3.1).
  private static func payload(_ bytes: some Collection<UInt8>) -> [UInt8]? {
    var cursor = ByteCursor(bytes)
    while let head = cursor.u8() {
      if head == 0xff { return Array(cursor.rest) }
      var length = 0
      for (index, nibble) in [head >> 4, head & 15].enumerated() {
        // 13 and 14 put the number into one or two octets more; 15 is reserved.
        var value = Int(nibble)
        switch nibble {
        case 13:
          guard let more = cursor.u8() else { return nil }
          value = Int(more) + 13
        case 14:
          guard let more = cursor.big16() else { return nil }
          value = more + 269
        case 15: return nil
        default: break
        }
        if index == 1 { length = value }
      }
      guard cursor.skip(length) != nil else { return nil }
    }
    return nil
  }

  /// The values of `rt=` (RFC 6690, section 3.1).
  private static func resourceTypes(_ payload: [UInt8]) -> [String] {
    var types: [String] = []
    for attribute in payload.split(whereSeparator: { $0 == 0x3b || $0 == 0x2c }).prefix(256) {
      guard attribute.starts(with: Array("rt=".utf8)) else { continue }
      let text = Text.clean(attribute.dropFirst(3).filter { $0 != 0x22 })
      if !text.isEmpty, !types.contains(text), types.count < 16 { types.append(text) }
    }
    return types
  }
}

/// Reads ECHONET Lite frames.
enum EchonetLite {
  static let transaction: [UInt8] = [0x4b, 0x64]
  static let controller: [UInt8] = [0x05, 0xff, 0x01]

  /// Get_Res (0x72) or Get_SNA (0x52) of the node profile to our controller; not every node repeats the
  /// transaction, as it should.
  static func read(_ bytes: [UInt8]) -> Reading {
    var cursor = ByteCursor(bytes)
    guard cursor.take(2) == [0x10, 0x81], cursor.skip(2) != nil, cursor.take(2) == [0x0e, 0xf0],
      cursor.skip(1) != nil, cursor.take(3) == controller, let service = cursor.u8(),
      service == 0x72 || service == 0x52,
      let count = cursor.u8()
    else { return .no }
    var found = Identification(.echonetLite)
    for _ in 0..<min(count, 16) {
      guard let property = cursor.u8(), let length = cursor.u8(), let value = cursor.take(Int(length)) else {
        break
      }
      switch (property, value.count) {
      case (0xd6, 4...):
        let classes = stride(from: 1, to: value.count - 2, by: 3).prefix(16).map { place in
          hexadecimal(value[place..<(place + 2)])
        }
        found.facts[.type] = classes.joined(separator: " ")
      case (0x8a, 3):
        let code = hexadecimal(value[...])
        if code != "000000" { found.facts[.vendor] = makers[code] ?? "ECHONET maker \(code)" }
      case (0x8c, 1...): found.facts[.product] = Text.shown(Text.clean(value.prefix { $0 != 0 }))
      default: break
      }
    }
    found.product = found.facts[.product]
    return .identified(found)
  }

  private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Maker codes that the ECHONET Consortium publishes ("List of Manufacturer Codes").
  private static let makers = [
    "000001": "Hitachi", "000005": "Sharp", "000006": "Mitsubishi Electric", "000008": "Daikin",
    "00000b": "Panasonic", "000016": "Toshiba", "00001b": "Toshiba Lighting", "000059": "Rinnai",
    "000077": "Kanagawa Institute of Technology",
  ]
}
