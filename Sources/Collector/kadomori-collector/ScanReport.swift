import Glibc
import LinuxIO
import WideScan

/// What a scan came to: the last line of `wide-scan`.
struct ScanReport: Encodable {
  private let complete: Bool
  private let tier: String
  private let targets: UInt64
  private let probes: Int
  private let rounds: Int
  private let open: Int
  private let closed: Int
  private let filtered: Int
  private let unreachable: Int
  private let tarpits: Int
  private let repeated: Int
  private let forged: Int
  private let unrelated: Int
  private let optedOut: Int
  private let notSent: Int
  private let notHeard: Int
  private let alarms: Int
  private let rate: Double
  private let slowed: Bool
  private let missed: Missed
  private let seconds: Double
  private let processorSeconds: Double
  private let memoryKiB: Int

  /// The part of all that answer which was missed; the truth is between the bounds in 95 of 100 scans.
  struct Missed: Encodable {
    let low: Double
    let estimate: Double
    let high: Double
  }

  private enum CodingKeys: String, CodingKey {
    case complete, tier, targets, probes, rounds, open, closed, filtered, unreachable, tarpits, repeated,
      forged
    case unrelated, alarms, slowed, missed, seconds
    case optedOut = "opted_out"
    case notSent = "not_sent"
    case notHeard = "not_heard"
    case rate = "rate_at_end"
    case processorSeconds = "processor_s"
    case memoryKiB = "memory_kib"
  }

  init(_ scanner: WideScanner, _ desk: ScanDesk, _ duration: Duration, complete: Bool) {
    let (engine, counts, missed) = (scanner.engine, scanner.engine.counts, scanner.engine.missed)
    self.complete = complete
    tier = scanner.tier.rawValue
    targets = engine.steps
    probes = counts.probes
    rounds = counts.rounds.count
    (open, closed, filtered) = (counts.open, counts.closed, counts.filtered)
    (unreachable, tarpits, repeated) = (counts.unreachable, counts.tarpits, counts.repeated)
    (forged, unrelated, optedOut) = (counts.forged, counts.unrelated, counts.optedOut)
    (notSent, notHeard) = (counts.notSent, counts.notHeard)
    alarms = engine.alarms
    rate = engine.rate
    slowed = engine.isSlowed
    self.missed = Missed(low: missed.low, estimate: missed.middle, high: missed.high)
    seconds = Double(duration.milliseconds) / 1000
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    processorSeconds =
      Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(
        usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    memoryKiB = usage.ru_maxrss
  }

  var text: String {
    func percent(_ part: Double) -> String { "\((part * 10_000).rounded() / 100) %" }
    return
      "\(complete ? "done" : "stopped"): \(open) open, \(closed) closed of \(targets) targets, \(probes) probes in "
      + "\(seconds) s and \(rounds) rounds; missed \(percent(missed.estimate)), at most \(percent(missed.high))"
  }
}
