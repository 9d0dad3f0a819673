import Posture
import Settings

extension Condition {
  /// The keys that say what a condition is about; a mapping has exactly one of them.
  static let keys = ["service", "mac", "vendor", "name", "all", "any", "none"]

  /// Reads the condition among the other fields of a mapping.
  static func read(from reader: MappingReader, depth: Int = 1) -> Condition? {
    let service = reader.optional("service", ServicePattern.format)
    let mac = reader.optional("mac", .oneOrMore(of: MACPrefix.format))
    let vendor = reader.optional("vendor", TextMatch.format)
    let name = reader.optional("name", TextMatch.format)
    var groups: [Condition?] = []
    for (key, group) in [("all", Condition.all), ("any", Condition.any), ("none", Condition.none)] {
      let list = Format<[Condition]>.list(of: nested(depth: depth), atLeast: 1, atMost: 50)
      groups.append(reader.optional(key, list).map(group))
    }
    let written = keys.filter(reader.contains)
    guard written.count == 1 else {
      let found = written.isEmpty ? "none of them" : written.joined(separator: " and ")
      return reader.field.fail("needs exactly one of \(keys.joined(separator: ", ")); found \(found)")
    }
    return service.map(Condition.service) ?? mac.map(Condition.hardware) ?? vendor.map(Condition.vendor)
      ?? name.map(Condition.name) ?? groups.compactMap(\.self).first
  }

  private static func nested(depth: Int) -> Format<Condition> {
    Format { field in
      guard depth < depthLimit else {
        return field.fail("conditions are nested more than \(depthLimit) levels deep; flatten them")
      }
      return Format<Condition>.mapping { read(from: $0, depth: depth + 1) }.read(field)
    }
  }

  static var format: Format<Condition> { .mapping { read(from: $0) } }
}

extension MACPrefix {
  static var format: Format<MACPrefix> {
    Format<String>.string.map { text, field in
      MACPrefix(text) ?? field.fail("'\(text)' is not three to six octets such as 00:00:5e")
    }
  }
}

extension TextMatch {
  static var format: Format<TextMatch> {
    .mapping { reader in
      let words = Format<[String]>.oneOrMore(of: .string(atMost: 200), atMost: 50)
      let found = Shape.allCases.map { ($0, reader.optional($0.rawValue, words)) }
      let ignoresCase = reader.optional("ignore_case", .bool, default: false)
      let written = Shape.allCases.map(\.rawValue).filter(reader.contains)
      guard written.count == 1 else {
        let list = Shape.allCases.map(\.rawValue).joined(separator: ", ")
        return reader.field.fail("needs exactly one of \(list)")
      }
      for (shape, patterns) in found {
        guard let patterns else { continue }
        if shape == .glob, patterns.contains(where: { $0.allSatisfy { $0 == "*" } }) {
          return reader.field(shape.rawValue).fail("'*' alone matches everything; leave the line out instead")
        }
        return TextMatch(shape, patterns, ignoresCase: ignoresCase)
      }
      return nil
    }
  }
}

extension ServicePattern {
  static var format: Format<ServicePattern> {
    .mapping { reader in
      let protocols = reader.optional("protocol", .oneOrMore(of: Format<ServiceProtocol>.choice), default: [])
      let ports = reader.optional("port", .oneOrMore(of: .port), default: [])
      let tls = reader.optional("tls", .bool)
      var facts: [ServiceFact: TextMatch] = [:]
      for fact in ServiceFact.allCases { facts[fact] = reader.optional(fact.rawValue, TextMatch.format) }
      let speaks =
        reader.contains("protocol") || ServiceFact.allCases.contains { reader.contains($0.rawValue) }
      guard speaks else {
        return reader.field.fail("a port alone says nothing; add a protocol or what the service says")
      }
      return ServicePattern(protocols: protocols, ports: ports, tls: tls, facts: facts)
    }
  }
}
