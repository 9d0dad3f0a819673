import Addresses
import Campaigns
import FleetStore
import Foundation
import LinuxIO
import Posture

/// A campaign as it is shown: what was planned, how far it is, and what it has found.
struct CampaignDocument: Encodable {
  private let name: String
  private let state: CampaignState
  private let reason: String?
  private let planned: WallTime
  private let started: WallTime?
  private let ended: WallTime?
  private let interface: String
  private let ports: [UInt16]
  private let udp: [String]?
  private let list: ListedAddresses?
  private let addresses: UInt64
  private let targets: UInt64
  private let blackouts: [String]
  private let notBefore: WallTime?
  private let notAfter: WallTime?
  private let progress: Progress
  private let results: Results
  private var services: [CampaignServiceLine]?

  struct Progress: Encodable {
    let part: Double
    let done: Int
    let held: Int
    let waiting: Int
    let workers: Int
    /// When it is done if as many work on as now; absent where nobody can say.
    let expected: WallTime?
  }

  struct Results: Encodable {
    let states: [String: Int]
    let probes: Int
    let optedOut: Int
    let notSent: Int
    let notHeard: Int
    let forged: Int
    /// Of the shards that are done.
    let missed: ShardReport.Missed?
    let attribution: Attribution
    let datagrams: [Datagrams]?
    let looks: Looks?

    private enum CodingKeys: String, CodingKey {
      case states, probes, forged, missed, attribution, datagrams, looks
      case optedOut = "opted_out"
      case notSent = "not_sent"
      case notHeard = "not_heard"
    }
  }

  /// What one question of UDP cost those who were asked, and brought; octets are of the parts that are done.
  struct Datagrams: Encodable {
    /// Addresses that answer it.
    let open: Int
    let traffic: ShardReport.Datagrams

    private enum CodingKeys: String, CodingKey { case open }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(open, forKey: .open)
      try traffic.encode(to: encoder)
    }
  }

  struct Attribution: Encodable {
    let gateways: Int
    let attributed: Int
    let unattributed: [String: Int]
  }

  struct Looks: Encodable {
    let done: Int
    let left: Int
    let protocols: [String: Int]
    let kinds: [String: Int]
    let sectors: [String: Int]
  }

  private enum CodingKeys: String, CodingKey {
    case name, state, reason, planned, started, ended, interface, ports, udp, list, addresses, targets,
      blackouts
    case progress, results, services
    case notBefore = "not_before"
    case notAfter = "not_after"
  }

  init(_ name: String, in store: FleetStore) throws {
    guard let record = try store.campaign(name) else {
      throw SystemError(ENOENT, "find", "campaign \(name)")
    }
    let (shards, reports) = try store.shards(of: name)
    let tallies = try store.tallies(of: name)
    let spec = record.spec
    self.name = name
    (state, reason, planned) = (record.state, record.reason, record.planned)
    (started, ended) = (record.started, record.ended)
    (interface, ports, addresses, targets) = (spec.interface, spec.ports, spec.addresses, spec.targets)
    (udp, list) = (spec.questions, spec.list)
    blackouts = spec.blackouts
    (notBefore, notAfter) = (spec.schedule.notBefore, spec.schedule.notAfter)
    let far = CampaignProgress(shards, tries: spec.tries)
    let expected =
      record.state == .running
      ? far.left.flatMap {
        spec.schedule.end(of: $0, from: Clocks.wall, minuteOfDay: Clocks.localMinuteOfDay)
      }?.wholeSeconds : nil
    progress = Progress(
      part: (far.part * 10_000).rounded() / 10_000, done: far.done, held: far.held, waiting: far.waiting,
      workers: try store.workers(of: name), expected: expected)
    func sum(_ part: (ShardReport) -> Int) -> Int { reports.reduce(0) { $0 + part($1) } }
    let datagrams = ShardReport.Datagrams.sums(reports).map {
      Datagrams(open: tallies.answering[$0.port] ?? 0, traffic: $0)
    }
    results = Results(
      states: tallies.states, probes: sum(\.probes), optedOut: sum(\.optedOut), notSent: sum(\.notSent),
      notHeard: sum(\.notHeard), forged: sum(\.forged), missed: ShardReport.Missed(reports),
      attribution: Attribution(
        gateways: tallies.gateways, attributed: tallies.attributed, unattributed: tallies.unattributed),
      datagrams: datagrams.isEmpty ? nil : datagrams,
      looks: spec.looksAgain
        ? Looks(
          done: tallies.looked, left: tallies.toLook, protocols: tallies.protocols,
          kinds: tallies.kinds, sectors: tallies.sectors) : nil)
  }

  var isOver: Bool { state.isOver }

  /// Ports that are listed at most; the counts are of all.
  private static let limit = 100_000

  mutating func addServices(from store: FleetStore) throws {
    services = try store.services(of: name, limit: Self.limit).map(CampaignServiceLine.init)
  }

  func show(asJSON: Bool) throws {
    if asJSON { return try printJSON("campaign", self) }
    print(text)
  }

  /// One document on one line.
  func printLine() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let document: [String: AnyEncodable] = ["v": AnyEncodable("1.0"), "campaign": AnyEncodable(self)]
    print(String(decoding: try encoder.encode(document), as: UTF8.self))
    fflush(nil)
  }
}

extension CampaignDocument {
  private static func percent(_ part: Double) -> String {
    "\((part * 1000).rounded() / 10) %"
  }

  private static func words(_ counts: [String: Int]) -> String {
    let words = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
    return words.isEmpty ? "none" : words.joined(separator: ", ")
  }

  var progressLine: String {
    "\(Clocks.wall.wholeSeconds)  \(state.rawValue)  \(Self.percent(progress.part)), parts \(progress.done) of "
      + "\(progress.done + progress.held + progress.waiting), workers \(progress.workers), "
      + "\(Self.words(results.states))" + (progress.expected.map { ", done about \($0)" } ?? "")
  }

  private var scope: String {
    let services = [
      ports.isEmpty ? nil : "\(ports.count) ports",
      udp.map { "\($0.count) questions (\($0.joined(separator: ", ")))" },
    ].compactMap(\.self).joined(separator: " and ")
    return "\(addresses) addresses times \(services) by \(interface)"
  }

  private var text: String {
    var lines = [
      ("campaign", name), ("state", state.rawValue + (reason.map { " (\($0))" } ?? "")),
      ("planned", planned.wholeSeconds.description), ("started", (started?.wholeSeconds).cell),
      ("ended", (ended?.wholeSeconds).cell),
      ("scope", scope),
    ]
    if let list { lines.append(("addresses of", list.path)) }
    if !blackouts.isEmpty { lines.append(("not during", blackouts.joined(separator: ", "))) }
    if let notBefore { lines.append(("not before", notBefore.description)) }
    if let notAfter { lines.append(("not after", notAfter.description)) }
    lines.append(
      (
        "progress",
        "\(Self.percent(progress.part)), parts: \(progress.done) done, \(progress.held) under way, "
          + "\(progress.waiting) waiting"
      ))
    if let expected = progress.expected { lines.append(("done about", expected.description)) }
    lines.append(("found", Self.words(results.states)))
    if let missed = results.missed {
      lines.append(
        ("missed", "\(Self.percent(missed.estimate)) of who answers, at most \(Self.percent(missed.high))"))
    }
    let attribution = results.attribution
    lines.append(("whose", "\(attribution.attributed) open ports of \(attribution.gateways) gateways"))
    if !attribution.unattributed.isEmpty {
      lines.append(("not attributable", Self.words(attribution.unattributed)))
    }
    for one in results.datagrams ?? [] {
      let traffic = one.traffic
      lines.append(
        (
          traffic.asked,
          "\(one.open) answer; \(traffic.questions) questions of \(traffic.octetsAsked) octets brought "
            + "\(traffic.answers) answers of \(traffic.octetsAnswered), the largest of \(traffic.largestAnswer)"
        ))
    }
    if let looks = results.looks {
      lines.append(("asked", "\(looks.done), left \(looks.left)"))
      if looks.done > 0 {
        lines.append(("protocols", Self.words(looks.protocols)))
        lines.append(("kinds", Self.words(looks.kinds)))
        lines.append(("facility words", Self.words(looks.sectors)))
      }
    }
    let head = lines.map { name, value in
      name + String(repeating: " ", count: 18 - name.count) + TerminalText.line(value, limit: 400)
    }.joined(separator: "\n")
    guard let services else { return head }
    var table = Table(["ADDRESS", "PORT", "PROTOCOL", "KIND", "FACILITY WORD", "WHOSE", "SAYS"])
    for service in services { table.add(service.cells) }
    return head + "\n\n" + table.text
  }
}

/// One open port with what it said and whose it is.
struct CampaignServiceLine: Encodable {
  private let address: String
  private let service: String
  private let time: WallTime
  private let gateway: String?
  private let unattributed: String?
  /// What the answer to a question of UDP has shown.
  private let `protocol`: ServiceProtocol?
  private let look: ServiceLook?

  private enum CodingKeys: String, CodingKey {
    case address, service, time, gateway, unattributed, `protocol`, look
  }

  init(_ found: CampaignService) {
    address = found.target.address.description
    service = found.target.port.description
    time = found.target.time
    (gateway, unattributed, look) = (found.gateway, found.reason, found.look)
    `protocol` = found.look == nil ? found.protocol : nil
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(address, forKey: .address)
    try container.encode(service, forKey: .service)
    try container.encode(time, forKey: .time)
    try container.encodeIfPresent(gateway, forKey: .gateway)
    try container.encodeIfPresent(unattributed, forKey: .unattributed)
    try container.encodeIfPresent(`protocol`, forKey: .protocol)
    try container.encodeIfPresent(look, forKey: .look)
  }

  var cells: [String] {
    let says = look.flatMap { $0.facts[.title] ?? $0.facts[.banner] ?? $0.facts[.server] ?? $0.product }
    return [
      address, service,
      look.map { $0.protocol.rawValue + ($0.tls ? " (TLS)" : "") } ?? `protocol`?.rawValue ?? "-",
      look?.kind.rawValue ?? "-", look?.facility.map { "\($0.word) (\($0.sureness) %)" } ?? "-",
      gateway ?? "not attributable: \(unattributed ?? "nobody")", says ?? "-",
    ]
  }
}
