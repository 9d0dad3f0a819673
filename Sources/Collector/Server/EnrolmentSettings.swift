package import Addresses
package import Enrolment
package import FleetContract
import PrivateBroker
package import Settings

/// Where gateways enrol, and what they are told then.
///
/// ```yaml
/// enrolment:
///   listen: 0.0.0.0:8443              # for HTTPS
///   names: [collector.example]        # what gateways call it: in its certificate
///   broker: {host: broker.example, port: 8883}
///   operator_keys: /etc/kadomori-collector/operator-keys.json
///   two_signatures: [close]           # verbs that take two operators; this is the default
///   issuer: {certificate: /etc/…/issuer-and-root.pem, key: /etc/…/issuer.key}   # instead of an authority of its own
/// ```
package struct EnrolmentSettings: Sendable {
  package var listen: Endpoint
  package var names: [String]
  /// The broker that gateways are sent to; its certificate carries the same name.
  package var broker: (host: String, port: UInt16)
  /// The file of the keys whose commands gateways obey; read again at every enrolment.
  package var operatorKeys: String?
  /// The verbs that need the signatures of two operators.
  package var twoSignatures: Set<CommandVerb>
  /// An authority of the provider's; without it the collector makes one.
  package var issuer: CertificateRoom.Issuer?

  /// Whether only this machine's own gateways can enrol.
  var isLoopback: Bool { ListenAddress(listen.address, port: listen.port).isLoopback }

  /// The broker of our own shows a certificate for `names`, so gateways have to be sent to one of these.
  package static func format(withOwnBroker isOwn: Bool) -> Format<EnrolmentSettings> {
    Format<EnrolmentSettings>.mapping { reader in
      let listen = reader.required("listen", endpoint)
      let names = reader.required("names", Format<[String]>.list(of: name, atLeast: 1, atMost: 16))
      let broker = reader.required("broker", brokerFormat(among: isOwn ? names : nil))
      let keys = reader.optional("operator_keys", absolutePath)
      let two = reader.optional(
        "two_signatures", .list(of: verb, atMost: CommandVerb.allCases.count),
        default: Array(CommandPolicy().twoSignatures))
      let issuer = reader.optional("issuer", issuerFormat)
      guard let listen, let names, let broker else { return nil }
      return EnrolmentSettings(
        listen: listen, names: names, broker: broker, operatorKeys: keys, twoSignatures: Set(two),
        issuer: issuer)
    }
  }

  private static let verb = Format<String>.string.map { text, field in
    CommandVerb(rawValue: text)
      ?? field.fail(
        "'\(text)' is no command; there are \(CommandVerb.allCases.map(\.rawValue).joined(separator: ", "))")
  }

  private static let issuerFormat = Format<CertificateRoom.Issuer>.mapping { issuer in
    let certificate = issuer.required("certificate", absolutePath)
    let key = issuer.required("key", absolutePath)
    guard let certificate, let key else { return nil }
    return CertificateRoom.Issuer(certificate: certificate, key: key)
  }

  private static let endpoint = Format<String>.string.map { (text, field) -> Endpoint? in
    guard IPAddress(text) == nil, let place = ListenAddress(text) else {
      return field.fail(
        "'\(text)' is no address with a port, such as 192.0.2.1:8443 or [::1]:8443", as: Endpoint.self)
    }
    return Endpoint(place.address, place.port)
  }

  /// A DNS name or an address.
  private static let name = Format<String>.string(atMost: 253).checked { name in
    let isValid =
      !name.isEmpty
      && name.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) || [0x2d, 0x2e, 0x3a].contains($0)
      }
    return isValid ? nil : "'\(name)' is neither a host name nor an address"
  }

  private static let absolutePath = Format<String>.string.checked {
    $0.hasPrefix("/") ? nil : "is not an absolute path; begin it with '/'"
  }

  private static func brokerFormat(among names: [String]?) -> Format<(host: String, port: UInt16)> {
    let known = names?.map { $0.lowercased() }
    let host = name.checked { host in
      guard let known, !known.contains(host.lowercased()) else { return nil }
      return
        "'\(host)' is not among 'names', for which the collector's own broker has a certificate; add it there"
    }
    return Format<(host: String, port: UInt16)>.mapping { broker in
      let host = broker.required("host", host)
      let port = broker.optional("port", .int(in: 1...65_535), default: 8883)
      return host.map { ($0, UInt16(port)) }
    }
  }
}
