import Addresses
import Posture

extension Identification {
  /// Reads PTR, SRV, TXT and A records of a DNS-SD answer (RFC 6763, sections 4 to 7).
  init(announcements message: DNSMessage) {
    self.init(.mdns)
    var types: [String] = []
    for record in message.records
    where record.type == 12 && record.name.lowercased() == ServiceTypes.enumeration {
      message.name(at: record.offset).flatMap(Instance.type).map { types.append($0) }
    }
    var texts: [String: [ServiceFact: String]] = [:]
    for record in message.records where record.type == 16 && texts.count < Self.announcementLimit {
      texts[record.name] = TextRecord.facts(record.data)
    }
    for record in message.records where record.type == 33 {
      guard let instance = Instance(record.name), record.data.count > 6 else { continue }
      types.append(instance.type)
      if facts[.name] == nil { facts[.name] = message.name(at: record.offset + 6).map(Instance.host) }
      let number = UInt16(record.data[4]) << 8 | UInt16(record.data[5])
      // Port 0 says that the service is not there, but its name is taken (Bonjour Printing 1.2.1, section 9.2).
      guard number > 0 else { continue }
      var facts = texts[record.name] ?? [:]
      facts[.name] = instance.name
      facts[.type] = instance.type
      announced.append(
        Announcement(
          port: Port(instance.transport, number), protocol: ServiceTypes.spoken(instance.application),
          facts: facts))
    }
    var known: Set<String> = []
    types = types.filter { known.insert($0).inserted }
    facts[.type] = types.isEmpty ? nil : types.joined(separator: " ")
    // The product is the device's, whichever service tells it; `_device-info` has no SRV.
    for text in texts.keys.sorted() where facts[.product] == nil { facts[.product] = texts[text]?[.product] }
    for text in texts.keys.sorted() where facts[.vendor] == nil { facts[.vendor] = texts[text]?[.vendor] }
    if facts[.name] == nil {
      facts[.name] = message.records.first { $0.type == 1 }.map { Instance.host($0.name) }
    }
  }
}

/// The parts of a service instance's name, `Office Printer._ipp._tcp.local`.
private struct Instance {
  let name: String
  let application: String
  let transport: Transport

  var type: String { "\(application)._\(transport.rawValue)" }

  init?(_ text: String) {
    for transport in Transport.allCases {
      guard let end = text.range(ofFirst: "._\(transport.rawValue).local") else { continue }
      let head = text[..<end].split(separator: "._")
      guard head.count >= 3, head.last == Substring("\(transport.rawValue).local") else { continue }
      self.application = "_" + head[head.count - 2].lowercased()
      self.name = head.dropLast(2).joined(separator: "._").replacing("\\.", with: ".")
      self.transport = transport
      return
    }
    return nil
  }

  /// The type in `_http._tcp.local`.
  static func type(_ text: String) -> String? {
    let parts = text.split(separator: ".")
    guard parts.count >= 3, parts[parts.count - 1].lowercased() == "local" else { return nil }
    return parts[(parts.count - 3)..<(parts.count - 1)].joined(separator: ".").lowercased()
  }

  static func host(_ name: String) -> String {
    name.lowercased().hasSuffix(".local") ? String(name.dropLast(6)) : name
  }
}

/// Reads the `key=value` strings of a TXT record (RFC 6763, section 6.3).
enum TextRecord {
  static func facts(_ data: [UInt8]) -> [ServiceFact: String] {
    var cursor = ByteCursor(data)
    var facts: [ServiceFact: String] = [:]
    var count = 0
    while count < 64, let length = cursor.u8(), let string = cursor.take(Int(length)) {
      count += 1
      guard let sign = string.firstIndex(of: 0x3d) else { continue }
      let key = String(decoding: string[..<sign], as: UTF8.self).lowercased()
      guard let fact = keys[key], let value = Text.shown(Text.clean(string[(sign + 1)...])) else { continue }
      if facts[fact] == nil { facts[fact] = value }
    }
    return facts
  }

  /// `ty` of printers, `md` of HomeKit and Google Cast, `am` of AirPlay speakers, `model` of AirPlay and
  /// device-info, `mn` of some speakers; `product` only repeats `ty` in brackets.
  private static let keys: [String: ServiceFact] = [
    "ty": .product, "md": .product, "am": .product, "model": .product, "modelname": .product,
    "usb_mfg": .vendor, "manufacturer": .vendor, "mf": .vendor, "vendor": .vendor,
    "fv": .revision, "srcvers": .revision, "firmware": .revision,
  ]
}
