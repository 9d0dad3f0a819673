package import Posture
import Profiles

/// Reads what a device calls itself in the fields that standards made for that.
package enum SelfDescription {
  /// One clue for each word of the device that names its kind, at most ``limit``.
  package static func clues(of device: Device) -> [Clue] {
    var clues: [Clue] = []
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

  /// A device that claims to be everything is not listened to further.
  package static let limit = 8

  private static func words(of service: Service) -> [String] {
    (service.facts[.type] ?? "").split { $0 == " " || $0 == "," }.prefix(32).map(String.init)
  }
}
