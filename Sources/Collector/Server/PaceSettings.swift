package import Addresses
package import FleetContract
import PrivateBroker
package import Restoration
package import Settings

/// How fast gateways may come back, and who signs that.
///
/// ```yaml
/// restoration:
///   capacity: 2000                # new sessions a second that broker and collector take
///   key: /etc/kadomori-collector/pace.pem    # of 'command-key create --pace'
///   hint: {listen: 0.0.0.0:8444, place: collector.example:8444}   # UDP; for gateways that wait
///   outage_from: 10               # fewer gateways lost at once are no outage; this is the default
///   critical_percent: 1           # how many of the gateways are of these classes; the defaults
///   low_percent: 0
///   period_s: 30                  # between two decisions
///   measure: true                 # a session of its own is tried once a second while gateways are away
/// ```
package struct PaceSettings: Sendable {
  package var fleet: FleetTerms
  /// The file of the key; its public half is among the operators' keys, with `"use": "pace"`.
  package var key: String
  package var hint: (listen: Endpoint, place: PolicyHint.Place)?
  /// Whether the broker's capacity is measured; `nil`: at a broker of our own.
  ///
  /// At another the same user needs to be let in under a second client name, its own with `-door` behind it.
  package var measures: Bool?

  package static let format = Format<PaceSettings>.mapping { reader in
    let capacity = reader.required("capacity", .int(in: 1...10_000_000))
    let key = reader.required("key", absolutePath)
    let hint = reader.optional("hint", hint)
    let from = reader.optional("outage_from", .int(in: 1...1_000_000), default: 10)
    let critical = reader.optional("critical_percent", .int(in: 0...100), default: 1)
    let low = reader.optional("low_percent", .int(in: 0...100), default: 0)
    let period = reader.optional("period_s", .int(in: 1...300), default: SpeedControl.period)
    let measures = reader.optional("measure", .bool)
    if critical + low > 100 {
      return reader.field.fail("'critical_percent' and 'low_percent' are more than all together; lower one")
    }
    guard let capacity, let key else { return nil }
    return PaceSettings(
      fleet: FleetTerms(
        capacity: Double(capacity), outageFrom: from, criticalShare: Double(critical) / 100,
        lowShare: Double(low) / 100, period: period),
      key: key, hint: hint, measures: measures)
  }

  private static let absolutePath = Format<String>.string.checked {
    $0.hasPrefix("/") ? nil : "is not an absolute path; begin it with '/'"
  }

  private static let hint = Format<(listen: Endpoint, place: PolicyHint.Place)>.mapping { hint in
    let listen = hint.required(
      "listen",
      Format<String>.string.map { (text, field) -> Endpoint? in
        guard let place = ListenAddress(text), IPAddress(text) == nil else {
          return field.fail(
            "'\(text)' is no address with a port, such as 0.0.0.0:8444", as: Endpoint.self)
        }
        return Endpoint(place.address, place.port)
      })
    let place = hint.required(
      "place",
      Format<String>.string.map { text, field in
        PolicyHint.Place(text)
          ?? field.fail("'\(text)' is no host with a port, such as collector.example:8444")
      })
    guard let listen, let place else { return nil }
    return (listen, place)
  }
}
