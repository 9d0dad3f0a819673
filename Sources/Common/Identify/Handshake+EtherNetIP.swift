import Posture

extension Handshake {
  /// Asks who is there, ListIdentity, which needs no session (CIP Networks Library volume 2, section 2-4.2).
  static let ethernetIP = Handshake("ethernet-ip", ports: [44818]) { _ in
    EtherNetIP.listIdentity
  } read: { bytes, ended in
    guard bytes.starts(with: EtherNetIP.listIdentity.prefix(min(bytes.count, 2))) else { return .no }
    guard bytes.count >= 24 else { return ended ? .no : .more }
    let length = Int(bytes[2]) | Int(bytes[3]) << 8
    if bytes.count < 24 + length, !ended { return .more }
    return EtherNetIP.read(bytes)
  }
}

extension DatagramProbe {
  static let ethernetIP = DatagramProbe("ethernet-ip", port: 44818) { _ in
    EtherNetIP.listIdentity
  } read: {
    EtherNetIP.read($0)
  }
}

/// Writes and reads the identity of a CIP device.
enum EtherNetIP {
  private static let context = [UInt8](ascii: "kadomori")

  /// Command 0x63, length, session and status 0, our context, options.
  static let listIdentity: [UInt8] = [0x63] + [UInt8](repeating: 0, count: 11) + context + [0, 0, 0, 0]

  static func read(_ bytes: [UInt8]) -> Reading {
    var cursor = ByteCursor(bytes)
    guard cursor.little16() == 0x63, let length = cursor.little16(), cursor.skip(4) != nil,
      let status = cursor.little32(), cursor.take(8) == context, cursor.skip(4) != nil,
      length == cursor.rest.count, status <= 0x69
    else { return .no }
    var found = Identification(.ethernetIP)
    // One item of type 0x0c: its length, protocol version, a socket address, then the identity object.
    guard let count = cursor.little16(), count >= 1, cursor.little16() == 0x0c, cursor.skip(4) != nil,
      cursor.skip(16) != nil, let vendor = cursor.little16(), let type = cursor.little16(),
      cursor.skip(2) != nil, let major = cursor.u8(), let minor = cursor.u8(), cursor.skip(6) != nil,
      let nameLength = cursor.u8(), let name = cursor.take(Int(nameLength))
    else { return status == 0 && length > 2 ? .no : .identified(found) }
    found.product = Text.clean(name)
    found.version = "\(major).\(minor)"
    found.facts = [.product: Text.clean(name), .revision: "\(major).\(minor)"]
    found.facts[.vendor] = vendors[vendor]
    found.facts[.type] = types[type]
    return .identified(found)
  }

  /// Vendor identifiers as ODVA publishes them.
  private static let vendors = [
    1: "Rockwell Automation/Allen-Bradley", 5: "Rockwell Automation/Reliance Electric",
    40: "WAGO Corporation", 47: "Omron Corporation", 90: "HMS Industrial Networks",
    108: "Beckhoff Automation", 161: "Mitsubishi Electric",
    243: "Schneider Electric", 367: "Keyence", 562: "Phoenix Contact",
  ]

  /// Device types (CIP Networks Library volume 1, chapter 6).
  private static let types = [
    0x00: "generic device", 0x02: "AC drive", 0x07: "general purpose discrete I/O",
    0x0c: "communications adapter",
    0x0e: "programmable logic controller", 0x18: "human-machine interface", 0x2b: "generic device (keyable)",
    0x2c: "managed switch",
  ]
}
