import Addresses
import Posture
import Settings
import Wording

extension FirmwareProfile {
  /// The format of one profile file; `firmware-profiles/profile.schema.json` says the same to other tools.
  static func format(id expected: String, author: Author) -> Format<FirmwareProfile> {
    .mapping { reader in
      let id = reader.required("id", idFormat(expected))
      let role = reader.required("role", Format<Role>.choice)
      let family = reader.optional(
        "family", idFormat(nil).checked { $0 == expected ? "a profile is no family of its own" : nil })
      let title = reader.required("title", bothLanguages)
      let kind = reader.required("kind", Format<DeviceKind>.choice)
      let vendor = reader.optional("vendor", .string(atMost: 100))
      let model = reader.optional("model", .string(atMost: 100))
      let reads = reader.optional("reads", FactSources.format, default: FactSources())
      let recognise = reader.optional("recognise", .list(of: Rule.format, atLeast: 1, atMost: 100))
      let needs = reader.optional("needs", .list(of: PortNeed.format(needed: true), atMost: 200))
      let unneeded = reader.optional(
        "unneeded", .list(of: PortNeed.format(needed: false), atMost: 200), default: [])
      let bad = reader.optional("bad", .list(of: KnownBad.format, atMost: 200), default: [])
      let mayWait = reader.optional("may_wait", .bool, default: false)
      let advice = reader.required("advice", bothLanguages)
      // Looked at for mistakes, and not kept: whoever tests the profile reads them from the file.
      _ = reader.optional("examples", ProfileExample.list)
      let sources = reader.required("sources", .list(of: .string, atLeast: 1, atMost: 50))
      let fits = role.map { check($0, recognise, needs, reader) } ?? false
      guard let id, let role, let title, let kind, let advice, let sources, fits else { return nil }
      guard !mayWait || kind.mayEverWait else {
        return reader.field("may_wait").fail(
          "a '\(kind.rawValue)' is never held back after a power loss; remove the line")
      }
      return FirmwareProfile(
        id: id, author: author, role: role, family: family, title: title, kind: kind, vendor: vendor,
        model: model,
        reads: reads,
        recognise: recognise ?? [], needs: needs ?? [], unneeded: unneeded, bad: bad, mayWait: mayWait,
        advice: advice, sources: sources)
    }
  }

  /// What the fields must be together.
  private static func check(
    _ role: Role, _ rules: [Rule]?, _ needs: [PortNeed]?, _ reader: MappingReader
  ) -> Bool {
    switch role {
    case .device:
      guard reader.contains("recognise") else {
        reader.field.fail("'recognise' is missing; say how the device is told from others", as: Rule.self)
        return false
      }
      let doubt = (rules ?? []).reduce(1.0) { $0 * (1 - $1.confidence) }
      if rules != nil, 1 - doubt < ProfileMatch.threshold {
        reader.field("recognise").warn(
          "all rules together stay below \(ProfileMatch.threshold): the profile never matches")
      }
      return true
    case .gateway:
      if reader.contains("needs"), needs == nil { return false }
      guard let needs, !needs.isEmpty, needs.allSatisfy({ $0.port != nil }) else {
        reader.field("needs").fail("a gateway's profile lists its needs, each with a port", as: Rule.self)
        return false
      }
      return true
    }
  }

  private static func idFormat(_ expected: String?) -> Format<String> {
    Format<String>.string(atMost: 64).checked { id in
      guard id.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d })
      else {
        return "'\(id)' must be lower-case letters, digits and '-'"
      }
      guard let expected else { return nil }
      return id == expected ? nil : "'\(id)' is not the file's name; write '\(expected)' or rename the file"
    }
  }

  /// A text in both languages, with a word if the Japanese one holds no Japanese.
  static var bothLanguages: Format<LocalizedText> {
    Format<LocalizedText>.localizedText.map { text, field in
      let isJapanese = text.ja.unicodeScalars.contains {
        (0x3040...0x30ff).contains($0.value) || (0x4e00...0x9fff).contains($0.value)
      }
      if !isJapanese { field.warn("'ja' holds no Japanese") }
      return text
    }
  }
}

extension FirmwareProfile.Rule {
  /// Protocols that all sorts of devices speak; one of them alone tells no device from another.
  private static let common: Set<ServiceProtocol> = [
    .dhcp, .dns, .ftp, .http, .mdns, .nbns, .ntp, .rpcbind, .smb, .snmp, .ssdp, .ssh, .syslog, .telnet,
    .unknown,
    .upnp, .wsDiscovery,
  ]

  static var format: Format<Self> {
    .mapping { reader in
      let confidence = reader.required(
        "confidence",
        .number(in: 0...1).checked { $0 > 0 ? nil : "0 says nothing; write how sure the clue makes us" })
      let condition = Condition.read(from: reader)
      guard let confidence, let condition else { return nil }
      let written = reader.field("service").node
      if case .service(let pattern) = condition, confidence >= ProfileMatch.threshold,
        ServiceFact.allCases.allSatisfy({ written[$0.rawValue] == nil }),
        !common.isDisjoint(with: pattern.protocols)
      {
        let name = pattern.protocols.map(\.rawValue).joined(separator: ", ")
        reader.field("service").warn("many devices speak \(name); add what the service says")
      }
      return Self(confidence: confidence, condition: condition)
    }
  }
}
