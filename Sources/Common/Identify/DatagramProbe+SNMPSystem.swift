import Posture

extension DatagramProbe {
  /// Asks the community `public` what the device is: `sysDescr`, `sysObjectID` and `sysName` (RFC 1157,
  /// RFC 3418); for LANs whose owner agreed to be scanned, and for nothing else.
  static let snmpPublic = DatagramProbe("snmp-public", port: 161) { _ in
    SNMPSystem.request
  } read: {
    SNMPSystem.read($0)
  }
}

/// Writes and reads the question for what an SNMP device is.
enum SNMPSystem {
  private static let identifier: UInt32 = 0x006b_6165
  /// 1.3.6.1.2.1.1 and the objects in it: 1 is the description, 2 the vendor's identifier, 5 the name.
  private static let system: [UInt8] = [0x2b, 6, 1, 2, 1, 1]

  static let request: [UInt8] = {
    let variables = [UInt8(1), 2, 5].flatMap { object in
      BER.value(0x30, BER.value(0x06, system + [object, 0]) + BER.value(0x05, []))
    }
    let get = BER.integer(identifier) + BER.integer(0) + BER.integer(0) + BER.value(0x30, variables)
    return BER.value(
      0x30, BER.integer(0) + BER.value(0x04, [UInt8](ascii: "public")) + BER.value(0xa0, get))
  }()

  static func read(_ bytes: [UInt8]) -> Reading {
    var outer = ByteCursor(bytes)
    guard let message = BER.read(&outer), message.tag == 0x30 else { return .no }
    var cursor = ByteCursor(message.content)
    guard let version = BER.read(&cursor)?.integer, (0...1).contains(version),
      BER.read(&cursor)?.tag == 0x04, let answer = BER.read(&cursor), answer.tag == 0xa2
    else { return .no }
    var inside = ByteCursor(answer.content)
    guard BER.read(&inside)?.integer == Int(identifier), BER.read(&inside) != nil,
      BER.read(&inside) != nil, let list = BER.read(&inside)
    else { return .no }
    var found = Identification(.snmp, facts: [.anonymous: "open"])
    var variables = ByteCursor(list.content)
    for _ in 0..<3 {
      guard let pair = BER.read(&variables) else { break }
      var both = ByteCursor(pair.content)
      guard let object = BER.read(&both)?.content, object.count == system.count + 2,
        object.starts(with: system), let value = BER.read(&both)
      else { continue }
      switch (object[system.count], value.tag) {
      case (1, 0x04):
        found.read(systemDescription: value.content)
      case (2, 0x06):
        found.facts[.objectID] = dotted(value.content)
        if let number = enterprise(value.content), let name = SNMPDiscovery.vendors[number] {
          found.facts[.vendor] = name
        }
      case (5, 0x04): found.facts[.name] = Text.clean(value.content)
      default: break
      }
    }
    return .identified(found)
  }

  /// What comes before the details that makers put into brackets or after a comma; the first word of general
  /// systems says nothing of the device.
  fileprivate static func product(_ description: String) -> String? {
    let name = description.prefix { !"(,;:".contains($0) }.drop { $0 == " " }
    let text = String(name.reversed().drop { $0 == " " }.reversed())
    let general = ["Linux", "Darwin", "FreeBSD", "Hardware"]
    guard let first = text.split(separator: " ").first, !general.contains(String(first)) else { return nil }
    return String(text.prefix(64))
  }

  /// An object identifier with dots (X.690, section 8.19).
  private static func dotted(_ bytes: [UInt8]) -> String? {
    let parts = self.parts(bytes)
    return parts.isEmpty ? nil : parts.map { String($0) }.joined(separator: ".")
  }

  /// The number behind 1.3.6.1.4.1.
  private static func enterprise(_ bytes: [UInt8]) -> Int? {
    let parts = self.parts(bytes)
    return parts.starts(with: [1, 3, 6, 1, 4, 1]) && parts.count > 6 ? parts[6] : nil
  }

  private static func parts(_ bytes: [UInt8]) -> [Int] {
    guard let first = bytes.first, bytes.count <= 64 else { return [] }
    var parts = [Int(first) / 40, Int(first) % 40]
    var number = 0
    for byte in bytes.dropFirst() {
      guard number < 1 << 40 else { return [] }
      number = number << 7 | Int(byte & 0x7f)
      if byte & 0x80 == 0 {
        parts.append(number)
        number = 0
      }
    }
    return parts
  }
}

extension Identification {
  /// Takes in the `sysDescr` of an SNMP device (RFC 3418).
  package mutating func read(systemDescription bytes: some Sequence<UInt8>) {
    let text = Text.clean(bytes)
    facts[.banner] = text
    product = SNMPSystem.product(text)
    facts[.product] = product
  }
}
