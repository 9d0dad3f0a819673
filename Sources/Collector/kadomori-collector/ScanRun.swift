import ArgumentParser
import Foundation
import LinuxIO
import Posture
import Settings
import WideScan

/// Runs one scan: results to standard output, talk to standard error, its place to a file.
final class ScanRun {
  private let desk: ScanDesk
  private let format: ResultFormat
  private let output = OutputBuffer(descriptor: 1)
  private var optOuts: OptOutFile?
  private var interrupted = false
  private var lineBuffer: [UInt8] = []
  private var failure: SystemError?

  init(_ desk: ScanDesk, _ format: ResultFormat) {
    self.desk = desk
    self.format = format
  }

  func run() throws {
    signal(SIGPIPE, SIG_IGN)
    let signals = try StopSignals()
    var job = WideScanner.Job(desk.authorisation, desk.space, key: desk.key, interface: desk.plan.interface)
    job.shard = desk.plan.shard
    job.settings = desk.plan.settings
    job.tier = desk.plan.tier
    job.sourcePort = desk.plan.sourcePort
    job.resume = desk.resume?.progress
    optOuts = desk.plan.optOuts.map(OptOutFile.init)
    // A scan that goes on was planned a while ago, and somebody may have opted out since.
    let meanwhile = try optOuts?.first()
    WideScanner.releaseMemory()
    let started = Clocks.sinceBoot
    let scanner = try WideScanner(job)
    if let meanwhile { scanner.leaveAlone(meanwhile) }
    try begin(scanner)
    let keep = desk.checkpointPath.map { path in
      { [desk, output] (progress: Checkpoint.Progress) throws in
        // What the checkpoint takes for told has to have been told.
        try output.flush()
        try Files.replace(path, with: desk.checkpoint(progress).bytes, mode: 0o600)
      }
    }
    try scanner.run(
      WideScanner.Callbacks(
        found: { [self] in found($0, at: $1) },
        turn: { [self] in
          if let failure { throw failure }
          try output.flush()
          if signals.next() != nil {
            interrupted = true
            scanner.stop()
          }
          return optOuts?.news()
        }, keep: keep, notice: { talk($0) }))
    try end(scanner, after: Clocks.sinceBoot - started)
    if interrupted { throw ExitCode(130) }
    if let path = desk.checkpointPath { try Files.remove(path) }
  }

  private func found(_ sighting: Sighting, at time: WallTime) {
    lineBuffer.removeAll(keepingCapacity: true)
    format.write(sighting, at: time, to: &lineBuffer)
    do throws(SystemError) { try output.put(lineBuffer) } catch { failure = error }
  }

  private func begin(_ scanner: WideScanner) throws {
    let text =
      "\(desk.space.addressCount) addresses times \(desk.plan.services.count) services by \(desk.plan.interface), "
      + "sent by \(scanner.tier.rawValue)"
    if let reason = scanner.reason {
      talk(
        "\(reason): connections and datagrams of the kernel are used instead, which is slower, completes handshakes "
          + "(and resets them at once), and tells no hops")
    }
    talk(desk.resume == nil ? text : text + "; goes on from the checkpoint")
    try output.put(Array(format.heading.utf8))
  }

  private func end(_ scanner: WideScanner, after duration: Duration) throws {
    let report = ScanReport(scanner, desk, duration, complete: !interrupted)
    if format == .json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      try output.put([UInt8](try encoder.encode(LastLine(report: report))) + [0x0a])
    }
    try output.flush()
    talk(report.text)
  }

  private struct LastLine: Encodable {
    let v = "1.0"
    let report: ScanReport
  }
}
