import Addresses
import Agent
import Checks
import Cryptography
import Diagnosis
import Exposures
import FleetContract
import FoundationEssentials
import Glibc
import LANScan
import Posture
import Profiles
import Settings

/// What is gathered for an archive, before anything is left out.
struct BundleSources {
  var status: StatusDocument
  var reports: [PostureReport]
  /// `nil` where it could not be read.
  var changes: [ClosingChange]?
  var configuration: AgentConfiguration?
  var consents: ConsentLedger?
  var steps: [NetStep]?
  var profiles: ProfileSet
}

/// The files of an archive for support, made of the fields of ``BundleFacts`` alone.
struct Bundle {
  /// The files in order, the manifest first.
  let files: [(name: String, content: [UInt8])]

  init(_ sources: BundleSources, _ names: Pseudonyms, machine: BundleFacts.Machine) throws(AgentError) {
    var files: [(String, [UInt8])] = []
    var missing: [String] = []
    func add(_ name: String, _ value: (some Encodable)?) throws(AgentError) {
      guard let value else { return missing.append(name) }
      files.append(("\(name).json", try Self.encode(value)))
    }
    try add("status", Self.status(sources.status, names))
    try add("devices", sources.reports.flatMap(\.devices).map { Self.device($0, names, sources.profiles) })
    try add(
      "findings",
      sources.reports.flatMap { report in report.findings.map { Self.finding($0, report, names) } })
    try add("closings", sources.changes.map { $0.suffix(256).map { Self.change($0, names) } })
    try add("configuration", Self.configuration(sources.configuration, names))
    try add("consents", sources.consents.map { $0.entries.map { Self.consent($0, names) } })
    try add(
      "net",
      sources.steps.map { $0.map { BundleFacts.Step(step: $0.step, outcome: $0.outcome, cause: $0.cause) } })
    try add("machine", machine)
    let manifest = BundleFacts.Manifest(
      agent: AgentVersion.current, made: machine.time,
      files: files.map {
        BundleFacts.Manifest.File(
          name: $0.0, bytes: $0.1.count, sha256: Hexadecimal.text(Digest.sha256($0.1)))
      }, missing: missing)
    self.files = [("manifest.json", try Self.encode(manifest))] + files
  }

  /// As one archive, in a folder of its own.
  func archive(time: WallTime) -> [UInt8] {
    var archive = TarArchive()
    for file in files {
      archive.add("kadomori-support/\(file.name)", file.content, time: time.milliseconds / 1000)
    }
    return archive.finished
  }

  /// As one document: an object with the content of every file under its name.
  var document: [UInt8] {
    let parts = files.map { file in
      Array("\"\(file.name)\": ".utf8) + file.content.dropLast()
    }
    return Array("{\"v\": \"1.0\", \"files\": {\n".utf8) + parts.joined(separator: Array(",\n".utf8))
      + Array("}}\n".utf8)
  }

  private static func encode(_ value: some Encodable) throws(AgentError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    do { return [UInt8](try encoder.encode(value)) + [0x0a] } catch {
      throw AgentError(.failed, "a document cannot be written as JSON: \(error)")
    }
  }
}

extension Bundle {
  private static func status(_ status: StatusDocument, _ names: Pseudonyms) -> BundleFacts.Status {
    BundleFacts.Status(
      running: status.running, version: AgentVersion.current, grade: status.grade,
      links: status.lans.map { lan in
        BundleFacts.Status.Link(
          link: names.name(.link, lan.interface), scanning: lan.scanning, lastScan: lan.lastScan,
          complete: lan.complete, devices: lan.devices, findings: lan.findings, worst: lan.worst,
          nextScanSeconds: lan.nextScanInSeconds, hasProblem: lan.problem != nil)
      }, session: status.broker.state, retrySeconds: status.broker.retryInSeconds,
      waitsFor: status.broker.waitsFor, hasProblem: status.broker.problem != nil,
      enrolled: status.enrolment != nil, group: status.enrolment?.group.map { names.name(.group, $0) },
      certificateExpires: status.enrolment?.certificateExpires, renewal: status.enrolment?.renewal,
      queued: status.queued, flash: status.flash, start: status.start,
      commands: (status.commands ?? []).map {
        BundleFacts.Status.Command(verb: $0.verb.rawValue, state: $0.state.rawValue, time: $0.time)
      }, problems: status.problems.count)
  }

  private static func device(
    _ device: Device, _ names: Pseudonyms, _ profiles: ProfileSet
  ) -> BundleFacts.Device {
    BundleFacts.Device(
      device: names.name(.device, device.id),
      hosts: device.addresses.map { names.name(.host, $0.description) }, kind: device.kind,
      profile: device.profile.flatMap { profiles[$0] }.flatMap { $0.author == .shipped ? $0.id : nil },
      confidence: device.confidence, firstSeen: device.firstSeen, lastSeen: device.lastSeen,
      remarks: device.remarks,
      services: device.services.map {
        BundleFacts.Device.Service(
          transport: $0.port.transport, port: $0.port.number, protocol: $0.protocol, tls: $0.tls,
          exposure: $0.exposure, needed: $0.needed)
      })
  }

  private static func finding(
    _ finding: Finding, _ report: PostureReport, _ names: Pseudonyms
  ) -> BundleFacts.Finding {
    // Both are read from a file: only words of the catalogue count.
    BundleFacts.Finding(
      check: Checks.ids.contains(finding.check) ? finding.check : "unknown", severity: finding.severity,
      device: names.name(.device, finding.device), service: finding.service,
      remedy: Remedy.all.first { $0.id == finding.remedy }?.id, since: finding.since,
      decided: report.decisions.first { $0.finding == finding.id }?.kind)
  }

  private static func change(_ change: ClosingChange, _ names: Pseudonyms) -> BundleFacts.Change {
    let place: String? = change.target.map { target in
      switch target.place {
      case .gateway: "gateway"
      case .device(let address): names.name(.host, address.description)
      }
    }
    return BundleFacts.Change(
      number: change.number, event: change.event, time: change.time, boot: names.name(.boot, change.bootID),
      closing: change.id.map { names.name(.closing, $0) }, plan: change.plan.map { names.name(.plan, $0) },
      side: change.target?.side, place: place, port: change.target?.port,
      reasons: (change.reasons ?? []).compactMap { Reason(rawValue: $0) }, checks: change.checks ?? [])
  }

  private static func configuration(
    _ configuration: AgentConfiguration?, _ names: Pseudonyms
  ) -> BundleFacts.Configuration {
    BundleFacts.Configuration(
      readable: configuration != nil,
      lans: (configuration?.lans ?? []).map { lan in
        BundleFacts.Configuration.LAN(
          link: names.name(.link, lan.interface), everySeconds: lan.every?.components.seconds,
          excluded: lan.excludedHardware.count + lan.excludedAddresses.count,
          holdsAfterPowerLoss: lan.holdsAfterPowerLoss)
      }, quietHours: (configuration?.quietHours ?? []).map(\.description),
      packetsPerSecond: configuration?.politeness.packetsPerSecond,
      probesPerDevice: configuration?.politeness.probesPerDevice,
      devicesAtOnce: configuration?.politeness.devicesAtOnce, namesBroker: configuration?.broker != nil,
      brokerPort: configuration?.broker?.port, hasFingerprints: configuration?.fingerprints != nil,
      hasMUD: configuration?.mud != nil,
      refusedCommands: (configuration?.refusedCommands ?? []).map(\.rawValue).sorted())
  }

  private static func consent(_ entry: ConsentLedger.Entry, _ names: Pseudonyms) -> BundleFacts.Consent {
    let scope =
      entry.scope == ConsentLedger.gateway
      ? entry.scope : names.name(entry.purpose == .scan ? .link : .host, entry.scope)
    return BundleFacts.Consent(
      purpose: entry.purpose, scope: scope, granted: entry.granted, way: entry.way, time: entry.time,
      clockSynced: entry.clockSynced)
  }
}
