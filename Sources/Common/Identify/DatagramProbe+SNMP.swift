import Cryptography
import Posture

extension DatagramProbe {
  /// Asks for the engine's identifier, which every agent of version 3 gives before authentication (RFC 3414,
  /// section 4).
  ///
  /// It names no community.
  static let snmp = DatagramProbe("snmp", port: 161) { _ in
    SNMPDiscovery.request
  } read: {
    SNMPDiscovery.read($0)
  }
}

/// Writes and reads the discovery of an SNMP engine.
enum SNMPDiscovery {
  private static let identifier: UInt32 = 0x006b_6164

  static let request: [UInt8] = {
    // Header: identifier, largest message, reportable, user-based security (RFC 3412, section 6).
    let header =
      BER.integer(identifier) + BER.integer(1472) + BER.value(0x04, [0x04]) + BER.integer(3)
    // Nobody in particular, at no engine, at no time (RFC 3414, section 2.4).
    let security =
      BER.value(0x04, []) + BER.integer(0) + BER.integer(0) + BER.value(0x04, []) + BER.value(0x04, [])
      + BER.value(0x04, [])
    // A get of nothing.
    let get = BER.integer(identifier) + BER.integer(0) + BER.integer(0) + BER.value(0x30, [])
    let scoped = BER.value(0x04, []) + BER.value(0x04, []) + BER.value(0xa0, get)
    return BER.value(
      0x30,
      BER.integer(3) + BER.value(0x30, header) + BER.value(0x04, BER.value(0x30, security))
        + BER.value(0x30, scoped))
  }()

  static func read(_ bytes: [UInt8]) -> Reading {
    var outer = ByteCursor(bytes)
    guard let message = BER.read(&outer), message.tag == 0x30 else { return .no }
    var cursor = ByteCursor(message.content)
    guard BER.read(&cursor)?.integer == 3, let header = BER.read(&cursor), let security = BER.read(&cursor)
    else {
      return .no
    }
    var head = ByteCursor(header.content)
    guard BER.read(&head)?.integer == Int(identifier) else { return .no }
    var wrapped = ByteCursor(security.content)
    guard let parameters = BER.read(&wrapped), parameters.tag == 0x30 else { return .no }
    var inside = ByteCursor(parameters.content)
    guard let engine = BER.read(&inside), engine.tag == 0x04 else { return .no }
    var found = Identification(.snmp, version: "3")
    if (5...32).contains(engine.content.count) {
      found.facts[.engineID] = Hexadecimal.text(engine.content)
    }
    if let number = enterprise(engine.content) {
      found.facts[.vendor] = vendors[number] ?? "enterprise \(number)"
    }
    return .identified(found)
  }

  /// The private enterprise number in the first four octets of an engine identifier (RFC 3411, section 5,
  /// SnmpEngineID); the first bit tells the format of the rest.
  private static func enterprise(_ engine: [UInt8]) -> Int? {
    guard engine.count >= 5, engine.count <= 32 else { return nil }
    return engine[..<4].reduce(0) { $0 << 8 | Int($1) } & 0x7fff_ffff
  }

  /// From "Private Enterprise Numbers" at IANA: makers of what stands in homes and small plants.
  static let vendors = [
    2: "IBM", 9: "Cisco", 11: "Hewlett-Packard", 43: "3Com", 119: "NEC", 171: "D-Link",
    207: "Allied Telesis", 211: "Fujitsu", 236: "Samsung", 253: "Xerox", 311: "Microsoft", 318: "APC",
    343: "Intel",
    367: "Ricoh", 368: "Axis", 534: "Eaton", 641: "Lexmark", 674: "Dell", 890: "Zyxel", 1182: "Yamaha",
    1248: "Epson", 1347: "Kyocera", 1588: "Brocade", 1602: "Canon", 2011: "Huawei", 2021: "UCD SNMP",
    2435: "Brother",
    2636: "Juniper", 3902: "ZTE", 4526: "Netgear", 5227: "Buffalo", 6574: "Synology", 8072: "Net-SNMP",
    11863: "TP-Link", 12356: "Fortinet", 14988: "MikroTik", 18334: "Konica Minolta", 24681: "QNAP",
    25506: "H3C",
    35265: "Eltex", 39165: "Hikvision", 41112: "Ubiquiti",
  ]
}
