import Posture

extension Handshake {
  /// Reads the device identification, objects 0 to 2, of unit 1: function 0x2B with MEI type 0x0E
  /// (MODBUS Application Protocol 1.1b3, section 6.21; header: Messaging on TCP/IP 1.0b, section 3.1.3).
  ///
  /// One request on one connection: small controllers have room for few, and a device without this
  /// function says so in an exception, which proves the protocol as well.
  static let modbus = Handshake("modbus", ports: [502]) { _ in
    Modbus.request
  } read: {
    Modbus.read($0, ended: $1)
  }
}

/// Writes and reads the identification request of Modbus.
enum Modbus {
  private static let transaction: [UInt8] = [0x4b, 0x64]

  static let request: [UInt8] = transaction + [0, 0, 0, 5, 1, 0x2b, 0x0e, 1, 0]

  static func read(_ bytes: [UInt8], ended: Bool) -> Reading {
    guard bytes.starts(with: (transaction + [0, 0]).prefix(bytes.count)) else { return .no }
    guard bytes.count >= 9 else { return ended ? .no : .more }
    let length = Int(bytes[4]) << 8 | Int(bytes[5])
    guard (3...254).contains(length) else { return .no }
    guard bytes.count >= 6 + length || ended else { return .more }
    // An exception has the high bit of the function set, and a code (section 7).
    if bytes[7] == 0xab { return (1...11).contains(bytes[8]) ? .identified(Identification(.modbus)) : .no }
    guard bytes[7] == 0x2b, bytes[8] == 0x0e else { return .no }
    var found = Identification(.modbus)
    var cursor = ByteCursor(bytes[9...])
    // Read code, conformity, more follows, next object, number of objects.
    guard cursor.skip(4) != nil, let count = cursor.u8() else { return .identified(found) }
    for _ in 0..<min(count, 16) {
      guard let object = cursor.u8(), let size = cursor.u8(), let value = cursor.take(Int(size)) else {
        break
      }
      if let fact = objects[object] { found.facts[fact] = Text.clean(value) }
    }
    found.product = found.facts[.product]
    found.version = found.facts[.revision]
    return .identified(found)
  }

  /// Objects of the basic and regular categories (section 6.21, "Device Identification").
  private static let objects: [UInt8: ServiceFact] = [0: .vendor, 1: .product, 2: .revision, 4: .name]
}
