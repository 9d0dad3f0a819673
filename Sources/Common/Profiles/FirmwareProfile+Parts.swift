import Posture
import Settings

extension PortNeed {
  /// An entry of `needs`, or of `unneeded`, which has no `from`.
  static func format(needed: Bool) -> Format<PortNeed> {
    .mapping { reader in
      let port = reader.optional("port", .port)
      let name = reader.required("protocol", Format<ServiceProtocol>.choice)
      let from: [Origin]? =
        needed
        ? reader.required("from", .list(of: Format<Origin>.choice, atLeast: 1, atMost: Origin.allCases.count))
        : []
      let why = reader.required("why", FirmwareProfile.bothLanguages)
      guard let name, let from, let why else { return nil }
      return PortNeed(port: port, protocol: name, from: from, why: why)
    }
  }
}

extension KnownBad {
  static var format: Format<KnownBad> {
    .mapping { reader in
      let check = reader.required("check", .string(atMost: 64))
      let when = reader.required("when", Condition.format)
      let known = reader.required("known", FirmwareProfile.bothLanguages)
      let sources = reader.required("sources", .list(of: .string, atLeast: 1, atMost: 50))
      guard let check, let when, let known, let sources else { return nil }
      return KnownBad(check: check, when: when, known: known, sources: sources)
    }
  }
}

extension FactSources {
  static var format: Format<FactSources> {
    .mapping { reader in
      let source = Format<Source>.mapping { reader in
        let name = reader.required("protocol", Format<ServiceProtocol>.choice)
        let fact = reader.required("fact", Format<ServiceFact>.choice)
        guard let name, let fact else { return nil }
        return Source(protocol: name, fact: fact)
      }
      return FactSources(
        vendor: reader.optional("vendor", source), model: reader.optional("model", source),
        firmware: reader.optional("firmware", source))
    }
  }
}
