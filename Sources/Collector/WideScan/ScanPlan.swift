package import Settings

/// What one scan is to do, as a person or a campaign writes it.
package struct ScanPlan: Sendable {
  /// The file with the signed authorisation.
  package var authorisation: String
  package var interface: String
  /// What each address is probed for.
  package var services: [ProbedService]
  /// A part of what is authorised; all of it for `nil`.
  package var blocks: [AddressBlock]?
  /// The file with the addresses to probe, where these are single ones.
  package var addresses: String?
  /// The file with those who have opted out.
  package var optOuts: String?
  package var settings: ScanSettings
  package var shard: Shard
  /// The key in hexadecimal; made up for `nil`.
  package var key: String?
  package var tier: Tier?
  package var sourcePort: UInt16?

  package static let format = Format<ScanPlan>.mapping { plan in
    let authorisation = plan.required("authorisation", .string)
    let interface = plan.required("interface", .string(atMost: 15))
    let services = services(plan)
    let blocks = plan.optional(
      "blocks", .list(of: .scannedBlock, atLeast: 1, atMost: Authorisation.mostBlocks))
    let addresses = plan.optional("addresses", .string)
    if blocks != nil, addresses != nil {
      plan.field("addresses").fail("does not go with 'blocks'; name one of them", as: String.self)
    }
    let optOuts = plan.optional("opt_outs", .string)
    let settings = settings(plan)
    let shard = plan.optional("shard", .shard, default: .whole)
    let key = plan.optional("key", .string)
    let tier = plan.optional("tier", Format<Tier>.choice)
    let sourcePort = plan.optional("source_port", .int(in: 1024...65_527))
    if shard != .whole, key == nil {
      plan.field("shard").fail(
        "the parts of a scan share its key; add 'key: …', the same for all", as: Shard.self)
    }
    guard let authorisation, let interface, let services else { return nil }
    return ScanPlan(
      authorisation: authorisation, interface: interface, services: services, blocks: blocks,
      addresses: addresses, optOuts: optOuts, settings: settings, shard: shard, key: key, tier: tier,
      sourcePort: sourcePort.map { UInt16($0) })
  }

  /// Octets that may be answered for one that is asked, unless a plan says otherwise.
  private static let amplification = 6.0

  private static func services(_ plan: MappingReader) -> [ProbedService]? {
    let ports = plan.optional(
      "ports", .list(of: .int(in: 1...65_535), atLeast: 1, atMost: 65_535), default: [])
    let questions = plan.optional("udp", .list(of: .question, atLeast: 1, atMost: 100), default: [])
    let hasEcho = plan.optional("echo", .bool, default: false)
    let budget = plan.optional("amplification", .number(in: 1...1000), default: amplification)
    for question in questions where question.amplification > budget {
      let factor = question.amplification.rounded(.up)
      plan.field("udp").fail(
        "\(question.name) may answer with \(Int(factor)) octets for one that is asked, and 'amplification' is "
          + "\(budget); leave it out, or write 'amplification: \(Int(factor))' if that is wanted",
        as: Int.self)
      return nil
    }
    let services =
      ports.map { ProbedService.tcp(UInt16($0)) } + questions.map { .udp($0) } + (hasEcho ? [.echo] : [])
    guard !services.isEmpty else {
      return plan.field("ports").fail(
        "is missing; name ports, questions of UDP ('udp: [dns]') or 'echo: true'")
    }
    return services
  }

  private static func settings(_ plan: MappingReader) -> ScanSettings {
    var settings = ScanSettings()
    settings.rate = plan.optional("rate", .number(in: 1...20_000_000), default: settings.rate)
    settings.startRate = plan.optional(
      "start_rate", .number(in: 1...20_000_000), default: min(settings.rate, settings.startRate))
    settings.tries = plan.optional("tries", .int(in: 1...SourcePorts.tries), default: settings.tries)
    settings.mostTries = plan.optional(
      "most_tries", .int(in: 1...SourcePorts.tries), default: max(settings.tries, settings.mostTries))
    settings.toleratedMiss = plan.optional(
      "tolerated_miss", .number(in: 0...1), default: settings.toleratedMiss)
    let wait = plan.optional("wait", .duration(in: .milliseconds(100) ... .seconds(60)), default: .seconds(2))
    settings.patience =
      wait.components.seconds * 1_000_000_000 + wait.components.attoseconds / 1_000_000_000
    settings.ratePerPrefix = plan.optional("rate_per_prefix", .number(in: 0.01...1_000_000))
    settings.ratePerCustomer = plan.optional("rate_per_customer", .number(in: 0.01...1_000_000))
    let customers = plan.optional(
      "customers", .map(of: .list(of: .anyBlock, atLeast: 1, atMost: 1000), atMost: 100_000), default: [])
    settings.customers = customers.map(\.value)
    if settings.ratePerCustomer != nil, customers.isEmpty {
      plan.field("rate_per_customer").fail(
        "nobody is a customer; add 'customers: {name: [block]}'", as: Int.self)
    }
    if !customers.isEmpty, settings.ratePerCustomer == nil {
      plan.field("customers").fail("add 'rate_per_customer: …', which these are for", as: Int.self)
    }
    return settings
  }
}

extension Format where Value == Shard {
  fileprivate static var shard: Format<Shard> {
    Format<String>.string(atMost: 20).map { text, field in
      Shard(text) ?? field.fail("'\(text)' is no part such as 1/4, the first of four")
    }
  }
}

extension Format where Value == DatagramQuestion {
  /// The name of a question, `snmp`, or with a port of its own, `snmp:1161`.
  fileprivate static var question: Format<DatagramQuestion> {
    Format<String>.string(atMost: 40).map { text, field in
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard let question = DatagramQuestion.named(String(parts[0])), parts.count <= 2 else {
        let names = DatagramQuestion.all.map(\.name).joined(separator: ", ")
        return field.fail("'\(text)' is no question; there are \(names)")
      }
      guard parts.count == 2 else { return question }
      guard let port = UInt16(parts[1]), port > 0 else {
        return field.fail("'\(parts[1])' is no port; write \(question.name):\(question.port), say")
      }
      return question.at(port: port)
    }
  }
}
