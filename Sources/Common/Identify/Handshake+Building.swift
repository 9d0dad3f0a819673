import Addresses
import Posture

extension Handshake {
  /// Asks a KNX device over TCP to describe itself (ISO 22510, KNXnet/IP core 2).
  static let knx = Handshake("knx", ports: [3671]) { _ in
    KNX.descriptionRequest(protocolCode: 2, address: .v4(IPv4Address(bits: 0)), port: 0)
  } read: { bytes, ended in
    guard bytes.starts(with: [6, 0x10].prefix(bytes.count)) else { return .no }
    guard bytes.count >= 6 else { return ended ? .no : .more }
    let length = Int(bytes[4]) << 8 | Int(bytes[5])
    if bytes.count < min(length, 1024), !ended { return .more }
    return KNX.read(bytes)
  }

  /// Says hello and reads the station's own words.
  ///
  /// The protocol of Niagara stations is not published; the greeting is the one that zgrab2 (module "fox",
  /// Apache-2.0) sends.
  static let fox = Handshake("fox", ports: [1911, 4911]) { _ in
    [UInt8](ascii: "fox a 1 -1 fox hello\n{\nfox.version=s:1.0\nid=i:1\n};;\n")
  } read: { bytes, ended in
    guard Greeting.starts(bytes, "fox a 0 -1 fox ") else { return bytes.isEmpty && !ended ? .more : .no }
    guard bytes.firstRange(of: [UInt8](ascii: "};;")) != nil || ended else { return .more }
    guard bytes.count > 15 else { return .no }
    var found = Identification(.fox, product: "Niagara")
    // Each line is `key=type:value`.
    for line in bytes.split(separator: 0x0a, maxSplits: 64) {
      let parts = Text.clean(line).split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let value = parts[1].split(separator: ":", maxSplits: 1).last else { continue }
      switch parts[0] {
      case "app.version": (found.version, found.facts[.revision]) = (String(value), String(value))
      case "app.name": found.facts[.product] = String(value)
      case "brandId": found.facts[.vendor] = String(value)
      case "station.name": found.facts[.name] = String(value)
      default: break
      }
    }
    return .identified(found)
  }
}

extension DatagramProbe {
  /// Asks for the description, with the address that it is to be sent to (ISO 22510, KNXnet/IP core).
  static let knx = DatagramProbe("knx", port: 3671, isVersion4Only: true) { local in
    KNX.descriptionRequest(protocolCode: 1, address: local.address, port: local.port)
  } read: {
    KNX.read($0)
  }
}

/// Writes and reads the description of KNXnet/IP devices (KNX standard 3/8/2, sections 7.5.4 and 7.7.2).
enum KNX {
  /// A header of six octets, then where to answer: host protocol 1 is UDP, 2 is TCP.
  static func descriptionRequest(protocolCode: UInt8, address: IPAddress, port: UInt16) -> [UInt8] {
    [6, 0x10, 2, 3, 0, 14, 8, protocolCode] + address.octets + port.octets
  }

  /// DESCRIPTION_RESPONSE with its first block: medium, addresses, and the name in ISO 8859-1.
  static func read(_ bytes: [UInt8]) -> Reading {
    var cursor = ByteCursor(bytes)
    guard cursor.take(4) == [6, 0x10, 2, 4], let length = cursor.big16(), length <= bytes.count, length > 8
    else { return .no }
    var found = Identification(.knx)
    guard let size = cursor.u8(), size >= 54, cursor.u8() == 1, cursor.skip(22) != nil,
      let name = cursor.take(30)
    else { return .identified(found) }
    found.facts[.name] = Text.shown(
      String(String.UnicodeScalarView(name.prefix { $0 != 0 }.map(Unicode.Scalar.init))))
    return .identified(found)
  }
}
