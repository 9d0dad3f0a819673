import ArgumentParser
import Campaigns
import Cryptography
import Foundation
import LinuxIO
import Settings
import WideScan

/// Scans one shard for a campaign that started it, and tells it everything over a pipe: no store, no configuration.
struct ShardScanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan-shard", abstract: "Scan one shard of a campaign; 'campaign start' runs it.",
    shouldDisplay: false)

  func run() async throws { try ScanPipe().serve { try ShardScan($0).run() } }
}

/// One shard, with the same engine as `wide-scan`.
private struct ShardScan {
  private let pipe: ScanPipe

  init(_ pipe: ScanPipe) { self.pipe = pipe }

  func run() throws {
    signal(SIGPIPE, SIG_IGN)
    let signals = try StopSignals()
    let order: ScanOrder = try pipe.order()
    let desk = try ScanDesk(order)
    var optOuts = order.spec.optOuts.map(OptOutFile.init)
    let meanwhile = try optOuts?.first()
    var job = WideScanner.Job(desk.authorisation, desk.space, key: desk.key, interface: desk.plan.interface)
    job.shard = desk.plan.shard
    job.settings = desk.plan.settings
    job.tier = desk.plan.tier
    job.sourcePort = desk.plan.sourcePort
    job.resume = desk.resume?.progress
    let started = Clocks.sinceBoot
    let scanner = try WideScanner(job)
    if let meanwhile { scanner.leaveAlone(meanwhile) }
    pipe.put(
      ScannerLine.bytes(
        "begun", ScannerLine.Begun(tier: scanner.tier.rawValue, steps: scanner.engine.steps)))
    var interrupted = false
    try scanner.run(
      WideScanner.Callbacks(
        found: { [pipe] in
          var line: [UInt8] = []
          ResultFormat.json.write($0, at: $1, to: &line)
          pipe.put(line)
        },
        turn: {
          try pipe.flush()
          // Whoever is to store the results cannot just now: no probe leaves whose answer might be lost.
          scanner.isHeld = pipe.isCrowded
          if signals.next() != nil {
            interrupted = true
            scanner.stop()
          }
          return optOuts?.news()
        },
        keep: { [pipe] progress in
          // One that waits to be read would be overtaken by the next.
          guard !pipe.isCrowded || scanner.isStopped || scanner.engine.phase == .done else { return }
          pipe.put(
            ScannerLine.bytes(
              "place",
              ScannerLine.Place(
                checkpoint: Data(ZeroRuns.pack(desk.checkpoint(progress).bytes)).base64EncodedString(),
                attempt: scanner.engine.attempt, step: scanner.engine.position,
                probes: scanner.engine.counts.probes)))
        }, notice: { talk($0) }))
    if !interrupted {
      let report = ScanReport(scanner, desk, Clocks.sinceBoot - started, complete: true)
      pipe.put(ScannerLine.bytes("report", report))
    }
    try pipe.finish()
    if interrupted { throw ExitCode(130) }
  }
}

extension ScanDesk {
  /// Judges an order as if it were a plan of today, and refuses one that is not what the campaign was planned for.
  init(_ order: ScanOrder) throws {
    let spec = order.spec
    var plan = try Node(yaml: spec.plan, file: "the campaign's plan").read(ScanPlan.format)
    (plan.authorisation, plan.optOuts, plan.addresses) = (spec.authorisation, spec.optOuts, spec.list?.path)
    guard let shard = Shard(order.shard), let key = ScanKey(Hexadecimal.bytes(spec.key) ?? []) else {
      throw WideScanError(.checkpoint, "the campaign has no such part or no key; plan it anew")
    }
    plan.shard = shard
    plan.settings.divide(among: spec.workers)
    let checkpoint = try order.checkpoint.map { text in
      guard
        let checkpoint = Data(base64Encoded: text).flatMap({
          ZeroRuns.unpack([UInt8]($0), limit: Checkpoint.largestFile)
        }).flatMap(Checkpoint.init)
      else { throw WideScanError(.checkpoint, "the stored place of shard \(shard) is damaged; plan anew") }
      return checkpoint
    }
    try self.init(
      plan, keys: spec.keys,
      begun: Begun(key: key, optOuts: spec.plannedOptOuts.compactMap { AddressBlock($0) }), resume: checkpoint
    )
    try demand(spec)
  }

  /// Throws where the authorisation covers something else than when the campaign was planned.
  func demand(_ spec: CampaignSpec) throws {
    guard Hexadecimal.text(listed) == spec.list?.digest ?? "" else {
      throw WideScanError(
        .scope,
        "\(plan.addresses ?? "the list") is another list than when the campaign was planned; put that one back, or "
          + "plan a new campaign")
    }
    guard space.blocks.map(\.description) == spec.blocks, space.count == spec.targets else {
      throw WideScanError(
        .scope,
        "\(plan.authorisation) authorises other blocks than when the campaign was planned; plan a new campaign"
      )
    }
    guard authorisation.interfaces.contains(plan.interface) else {
      throw WideScanError(
        .scope,
        "\(plan.authorisation) is not for interface '\(plan.interface)' any more; have it signed for it"
      )
    }
  }
}

extension ScanSettings {
  /// Takes one part of every limit: several scanners of one plan together keep to it.
  fileprivate mutating func divide(among scanners: Int) {
    let parts = Double(scanners)
    rate /= parts
    startRate = min(startRate, rate)
    ratePerPrefix = ratePerPrefix.map { $0 / parts }
    ratePerCustomer = ratePerCustomer.map { $0 / parts }
  }
}
