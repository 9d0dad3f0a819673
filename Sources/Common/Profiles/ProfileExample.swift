import Addresses
package import Posture
import Settings

/// A device that the author of a profile shows: one that it fits, or one that looks like it and that it does not fit.
///
/// Examples stand in the profile's file as `examples`, and are looked at by `kadomori profile test` alone; the agent
/// does not keep them.
package struct ProfileExample: Hashable, Sendable {
  /// What it is, and where what it says was seen.
  package var note: String
  /// Whether the profile is to fit.
  package var fits: Bool
  package var device: Device

  /// More examples than this test nothing new.
  package static let limit = 50

  static var list: Format<[ProfileExample]> { .list(of: format, atLeast: 1, atMost: limit) }

  static var format: Format<ProfileExample> {
    .mapping { reader in
      let note = reader.required("note", .string(atMost: 300))
      let fits = reader.optional("fits", .bool, default: true)
      let mac = reader.optional(
        "mac",
        Format<String>.string.map { text, field in
          MACAddress(text) ?? field.fail("'\(text)' is no hardware address such as 00:00:5e:00:53:01")
        })
      let names = reader.optional("names", .oneOrMore(of: .string(atMost: 253), atMost: 20), default: [])
      let vendor = reader.optional("vendor", .string(atMost: 100))
      let services = reader.optional(
        "services", .list(of: service, atLeast: 1, atMost: 50), default: [])
      guard let note else { return nil }
      return ProfileExample(
        note: note, fits: fits,
        device: Device(
          id: "dev-example", mac: mac, names: names, vendor: vendor, services: services))
    }
  }

  /// A service as a scan reports it: port, protocol, and what it said.
  private static var service: Format<Service> {
    .mapping { reader in
      let port = reader.required("port", .port)
      let name = reader.required("protocol", Format<ServiceProtocol>.choice)
      let tls = reader.optional("tls", .bool, default: false)
      var facts: [ServiceFact: String] = [:]
      for fact in ServiceFact.allCases {
        facts[fact] = reader.optional(fact.rawValue, .string(atMost: TextMatch.textLimit))
      }
      guard let port, let name else { return nil }
      return Service(port: port, protocol: name, tls: tls, facts: facts)
    }
  }
}

extension ProfileFile {
  /// The examples in the file; empty where it has none, or cannot be read.
  package func examples() -> [ProfileExample] {
    guard let node = try? Node(yaml: bytes, file: path), let list = node["examples"] else { return [] }
    return list.check(ProfileExample.list).value ?? []
  }
}
