package import Posture
import Profiles

/// Reads what a device calls itself in the fields that standards made for that.
package enum SelfDescription {
  /// One clue for each word of the device that names its kind, at most ``limit``.
  package static func clues(of device: Device) -> [Clue] {
    var clues = facts(of: device)
    for service in device.services {
      for word in words(of: service) {
        guard let sense = Vocabulary.sense(of: word, in: service.protocol) else { continue }
        let clue = Clue(
          .saysItself, kind: sense.kind, vendor: service.said(.vendor), model: service.said(.product),
          confidence: sense.confidence, detail: "\(service.port) \(service.protocol.rawValue): \(word)")
        // The same word on a second port is no second witness.
        guard !clues.contains(where: { $0.kind == clue.kind && $0.detail.hasSuffix(": \(word)") }) else {
          continue
        }
        clues.append(clue)
        if clues.count == limit { return clues }
      }
    }
    return clues
  }

  /// What it said unasked: by link layer discovery, and as the name of its DHCP client.
  private static func facts(of device: Device) -> [Clue] {
    let functions = (device.facts[.lldpCapabilities] ?? "").split(separator: " ").map(String.init)
    let function = functions.compactMap { word in Vocabulary.lldp[word].map { (word, $0) } }
      .max { $0.1.confidence < $1.1.confidence }
    let client = device.facts[.dhcpVendorClass].flatMap { text in
      Vocabulary.dhcp.first { text.hasPrefix($0.prefix) }.map { (text, $0.sense) }
    }
    return [("lldp", function), ("dhcp", client)].compactMap { name, found in
      found.map { Clue(.saysItself, kind: $1.kind, confidence: $1.confidence, detail: "\(name): \($0)") }
    }
  }

  /// A device that claims to be everything is not listened to further.
  package static let limit = 8

  private static func words(of service: Service) -> [String] {
    (service.facts[.type] ?? "").split { $0 == " " || $0 == "," }.prefix(32).map(String.init)
  }
}
