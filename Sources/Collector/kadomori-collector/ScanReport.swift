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
  private let silent: UInt64
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
  private let datagrams: [Datagrams]?
  private let periphery: Routers?
  private let seconds: Double
  private let processorSeconds: Double
  private let memoryKiB: Int

  /// The part of all that answer which was missed; the truth is between the bounds in 95 of 100 scans.
  struct Missed: Encodable {
    let low: Double
    let estimate: Double
    let high: Double
  }

  /// What one question of UDP cost those who were asked, and brought, since this process began.
  struct Datagrams: Encodable {
    let asked: String
    let port: UInt16
    let questions: Int
    let answers: Int
    let octetsAsked: Int
    let octetsAnswered: Int
    let largestAnswer: Int
    /// Octets of the largest answer that is expected for one of the question.
    let amplification: Double
    /// Bits of a cookie that an answer repeats.
    let proofBits: Int

    enum CodingKeys: String, CodingKey {
      case asked, port, questions, answers, amplification
      case octetsAsked = "octets_asked"
      case octetsAnswered = "octets_answered"
      case largestAnswer = "largest_answer"
      case proofBits = "proof_bits"
    }
  }

  /// Who answered for made-up addresses in customers' prefixes, since this process began.
  struct Routers: Encodable {
    let answers: Int
    let routers: Int
    let shared: Int
  }

  private enum CodingKeys: String, CodingKey {
    case complete, tier, targets, probes, rounds, open, closed, filtered, unreachable, tarpits, silent,
      repeated, forged, datagrams, periphery
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
    silent = engine.silent
    let tallies = engine.traffic.tallies
    datagrams = tallies.isEmpty ? nil : tallies.map(Datagrams.init)
    let periphery = engine.periphery
    let hasCustomers = engine.space.blocks.contains { $0.each != nil }
    self.periphery =
      hasCustomers && periphery.answers > 0
      ? Routers(answers: periphery.answers, routers: periphery.routers, shared: periphery.sharedRouters) : nil
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

extension ScanReport.Datagrams {
  init(_ tally: DatagramTraffic.Tally) {
    self.init(
      asked: tally.question.name, port: tally.question.port, questions: tally.asked, answers: tally.answered,
      octetsAsked: tally.octetsAsked, octetsAnswered: tally.octetsAnswered, largestAnswer: tally.largest,
      amplification: tally.question.amplification, proofBits: tally.question.proofBits)
  }
}
