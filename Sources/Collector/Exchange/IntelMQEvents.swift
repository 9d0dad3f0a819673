import Addresses
package import Correlate
import FleetContract
import Foundation
package import Posture
import Sightings

/// Events in IntelMQ's format, one JSON object a line: keys of its harmonization, as version 3.3 knows them.
package enum IntelMQEvents {
  package static func lines(
    _ services: [ReachableService], scope: TenantScope, now: WallTime
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try scope.admitted(services).map { service in
      String(decoding: try encoder.encode(Event(service, now)), as: UTF8.self) + "\n"
    }.joined()
  }

  private struct Event: Encodable {
    var values: [(String, any Encodable)]

    init(_ service: ReachableService, _ now: WallTime) {
      let sighting = service.sighting
      values = [
        ("__type", "Event"), ("feed.provider", "kadomori"), ("feed.name", "kadomori-\(sighting.source)"),
        ("time.source", sighting.time.description), ("time.observation", now.wholeSeconds.description),
        ("source.ip", sighting.address.description), ("source.port", Int(sighting.port.number)),
        ("protocol.transport", sighting.port.transport.rawValue),
        ("classification.taxonomy", "vulnerable"),
        ("classification.type", "potentially-unwanted-accessible"),
        (
          "classification.identifier",
          service.check ?? "open-" + service.serviceName.replacing("/", with: "-")
        ),
        // 'severity' itself came with version 3.5, and an older one refuses it.
        ("extra.severity", service.severity.rawValue), ("extra.gateway", service.gateway.text),
      ]
      if let name = sighting.protocol, name != .unknown {
        values.append(("protocol.application", name.rawValue))
      }
      if let kind = service.kind { values.append(("extra.device_type", kind.rawValue)) }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      for (name, value) in values { try container.encode(value, forKey: Key(stringValue: name)) }
    }
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
