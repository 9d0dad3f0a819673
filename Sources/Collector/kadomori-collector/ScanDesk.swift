import Addresses
import Cryptography
import FleetContract
import Foundation
import LinuxIO
import Posture
import Settings
import WideScan

/// Everything that a scan needs from files, read and judged before anything is opened.
struct ScanDesk {
  let plan: ScanPlan
  let authorisation: Authorisation
  let space: TargetSpace
  let key: ScanKey
  /// Who had opted out when the scan was planned.
  let plannedOptOuts: [AddressBlock]
  /// A hash of the list of addresses; empty where there is none.
  let listed: [UInt8]
  let checkpointPath: String?
  let resume: Checkpoint?

  private static let planLimit = 1 << 20
  private static let optOutLimit = 32 << 20

  init(plan path: String, keys: String, checkpoint: String?) throws {
    let node =
      path == "-"
      ? try Node(yaml: Self.standardInput(), file: "standard input") : try Node(contentsOf: path)
    let resume = try checkpoint.flatMap { try Self.kept($0) }
    let begun = try resume.map { resume in
      guard let key = ScanKey(resume.key) else { throw Self.foreign(checkpoint) }
      return Begun(
        key: key,
        optOuts: resume.optOuts.split(separator: "\n").compactMap { AddressBlock(String($0)) })
    }
    try self.init(
      try node.read(ScanPlan.format), keys: keys, begun: begun, resume: resume, checkpoint: checkpoint)
  }

  /// What was settled when a scan was planned, and has to stay the same for all of its parts.
  struct Begun {
    var key: ScanKey
    var optOuts: [AddressBlock]
  }

  /// Judges a plan that has been read; what has `begun` is not settled anew.
  init(
    _ plan: ScanPlan, keys: String, begun: Begun?, resume: Checkpoint?, checkpoint: String? = nil
  ) throws {
    self.plan = plan
    self.resume = resume
    checkpointPath = checkpoint
    WideScanner.releaseMemory()
    let trusted = try Self.keys(keys)
    WideScanner.releaseMemory()
    let bytes = try SettingsFile.bytes(of: plan.authorisation, limit: Authorisation.largestFile)
    do throws(AuthorisationError) {
      authorisation = try Authorisation(bytes, keys: trusted, now: Clocks.wall)
    } catch {
      throw WideScanError(.scope, "\(plan.authorisation): \(error)")
    }
    WideScanner.releaseMemory()
    if let begun {
      plannedOptOuts = begun.optOuts
      key = begun.key
    } else {
      plannedOptOuts =
        try plan.optOuts.map { path in
          let now = Clocks.wall
          return try Self.optOuts(path).filter { $0.until.map { now < $0 } ?? true }.map(\.block)
        } ?? []
      key = try Self.key(plan.key)
    }
    let optOuts = AddressSet(plannedOptOuts)
    if let list = plan.addresses {
      let addresses = try Self.addresses(list)
      listed = Digest.sha256(Array(addresses.map { "\($0)\n" }.joined().utf8))
      space = try TargetSpace(
        authorisation, addresses: addresses, optOuts: optOuts, services: plan.services)
    } else {
      listed = []
      space = try TargetSpace(
        authorisation, wanted: plan.blocks, optOuts: optOuts, services: plan.services, key: key.hosts)
    }
    WideScanner.releaseMemory()
    if let resume, resume.identity != identity { throw Self.foreign(checkpoint) }
  }

  private static func foreign(_ path: String?) -> WideScanError {
    WideScanError(
      .checkpoint,
      "\(path ?? "the checkpoint") is of another scan; give that scan's plan, or remove the file to begin anew"
    )
  }

  /// What makes two scans the same; speeds may change between them.
  var identity: [UInt8] {
    let words =
      space.blocks.map(\.description) + plannedOptOuts.map { "not \($0)" }
      + plan.services.map { $0.transport == .tcp ? "port \($0.port)" : "\($0)" }
      + ["shard \(plan.shard)", "key \(Hexadecimal.text(key.bytes))"]
      + (listed.isEmpty ? [] : ["list \(Hexadecimal.text(listed))"])
    return Digest.sha256(Array(words.joined(separator: "\n").utf8))
  }

  func checkpoint(_ progress: Checkpoint.Progress) -> Checkpoint {
    Checkpoint(
      identity: identity, key: key.bytes,
      optOuts: plannedOptOuts.map(\.description).joined(separator: "\n"), progress: progress)
  }

  private static func standardInput() throws -> [UInt8] {
    let bytes = [UInt8](try FileHandle.standardInput.read(upToCount: planLimit + 1) ?? Data())
    guard bytes.count <= planLimit else {
      throw SettingsError([
        Diagnostic(mark: Mark(file: "standard input"), message: "is larger than \(planLimit) bytes")
      ])
    }
    return bytes
  }

  private static func keys(_ path: String) throws -> [[UInt8]] {
    do {
      return try OperatorKey.list(try Files.read(path, limit: 16_384)).map(\.publicKey)
    } catch {
      throw WideScanError(
        .scope, "\(path): \(error). It holds a list of what 'kadomori-collector command-key show' prints.")
    }
  }

  private static func key(_ text: String?) throws -> ScanKey {
    let bytes = try text.map { Hexadecimal.bytes($0) } ?? Digest.random(24)
    guard let key = ScanKey(bytes) else {
      throw WideScanError(.scope, "'key' has 48 hexadecimal digits; 'openssl rand -hex 24' makes some")
    }
    return key
  }

  private static func kept(_ path: String) throws -> Checkpoint? {
    do throws(SystemError) {
      let bytes = try Files.read(path, limit: Checkpoint.largestFile)
      guard let checkpoint = Checkpoint(bytes) else {
        throw SystemError(74, "read", "\(path) is damaged; remove it to begin anew")
      }
      return checkpoint
    } catch {
      if error.code == 2 { return nil }
      throw error
    }
  }

  static func optOuts(_ path: String) throws -> [OptOut] {
    var limits = YAMLLimits.standard
    limits.bytes = optOutLimit
    return try Node(contentsOf: path, limits: limits).read(OptOut.format)
  }

  private static func addresses(_ path: String) throws -> [IPAddress] {
    let bytes = try SettingsFile.bytes(of: path, limit: AddressList.largestFile)
    do throws(AddressListError) {
      return try AddressList.read(bytes)
    } catch {
      throw SettingsError([Diagnostic(mark: Mark(file: path, line: error.line), message: error.reason)])
    }
  }

  /// Prints every target once, or writes the probes as a capture.
  func printTargets(_ format: ResultFormat, capture: String?) throws {
    let run = DryRun(space, key: key, shard: plan.shard)
    let output = OutputBuffer(descriptor: 1)
    if let capture {
      let file = try AppendedFile.create(capture)
      let writer = OutputBuffer(descriptor: file.number)
      try run.capture { try writer.put($0) }
      return try writer.flush()
    }
    try output.put(Array((format == .csv ? "address,port,transport\n" : "").utf8))
    for step in 0..<run.count {
      let target = run.target(step)
      switch format {
      case .json:
        let port = target.transport == .icmp ? "" : "\"port\":\(target.port),"
        let line =
          "{\"address\":\"\(target.address)\",\(port)\"transport\":\"\(target.transport.rawValue)\"}\n"
        try output.put(Array(line.utf8))
      case .csv:
        let port = target.transport == .icmp ? "" : "\(target.port)"
        try output.put(Array("\(target.address),\(port),\(target.transport.rawValue)\n".utf8))
      case .binary:
        guard target.transport == .tcp else { continue }
        var record: [UInt8] = []
        ResultFormat.write(target.address.octets, target.port, to: &record)
        try output.put(record)
      }
    }
    try output.flush()
  }
}
