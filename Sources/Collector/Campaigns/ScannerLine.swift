import Addresses
import FoundationEssentials
import Posture

/// One line that a scanner tells the campaign that started it.
///
/// ```
/// {"begun":{"tier":"af_xdp","steps":20480}}
/// {"address":"198.18.0.7","port":23,"transport":"tcp","state":"open",…}
/// {"place":{"checkpoint":"…","attempt":0,"step":512,"probes":530}}
/// {"report":{…},"v":"1.0"}
/// {"told":{"address":"198.18.0.7","port":80,"look":{…}}}
/// {"failed":{"status":4,"text":"…"}}
/// ```
///
/// A place is told after everything that was found before it.
package enum ScannerLine: Hashable, Sendable {
  case begun(Begun)
  case found(FoundTarget)
  case place(Place)
  case report(ShardReport)
  case failed(Failure)
  case look(Look)

  /// What one port said.
  package struct Look: Hashable, Sendable, Codable {
    package var address: String
    package var port: UInt16
    package var look: ServiceLook

    package init(address: String, port: UInt16, look: ServiceLook) {
      self.address = address
      self.port = port
      self.look = look
    }
  }

  package struct Begun: Hashable, Sendable, Codable {
    package var tier: String
    package var steps: UInt64

    package init(tier: String, steps: UInt64) {
      self.tier = tier
      self.steps = steps
    }
  }

  package struct Place: Hashable, Sendable, Codable {
    /// Packed as ``ZeroRuns``, in base64.
    package var checkpoint: String
    /// Which try it is, from 0, and how many targets it has come to in it.
    package var attempt: Int
    package var step: UInt64
    package var probes: Int

    package init(checkpoint: String, attempt: Int, step: UInt64, probes: Int) {
      self.checkpoint = checkpoint
      self.attempt = attempt
      self.step = step
      self.probes = probes
    }
  }

  package struct Failure: Hashable, Sendable, Codable {
    package var status: Int32
    package var text: String

    package init(status: Int32, text: String) {
      self.status = status
      self.text = text
    }
  }

  /// Reads a line; `nil` for what is none.
  package init?(_ line: some Collection<UInt8>) {
    guard let told = try? JSONDecoder().decode(Told.self, from: Data(line)) else { return nil }
    if let begun = told.begun {
      self = .begun(begun)
    } else if let place = told.place {
      self = .place(place)
    } else if let report = told.report {
      self = .report(report)
    } else if let failed = told.failed {
      self = .failed(failed)
    } else if let look = told.told {
      self = .look(look)
    } else if let address = told.address.flatMap({ IPAddress($0) }), let number = told.port, number > 0,
      let transport = told.transport.flatMap({ Transport(rawValue: $0) }),
      let state = told.state.flatMap({ FoundTarget.State(rawValue: $0) }),
      let time = told.time.flatMap({ WallTime($0) })
    {
      self = .found(
        FoundTarget(
          address: address, port: Port(transport, number), state: state, time: time,
          protocol: state == .open ? told.asked.flatMap { ServiceProtocol(rawValue: $0) } : nil))
    } else {
      return nil
    }
  }

  private struct Told: Decodable {
    var begun: Begun?
    var place: Place?
    var report: ShardReport?
    var failed: Failure?
    var told: Look?
    var address: String?
    var port: UInt16?
    var transport: String?
    var state: String?
    var asked: String?
    var time: String?
  }

  /// The line for what has to be told beside results and the report; ends with a line feed.
  package static func bytes(_ key: String, _ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode([key: value]) else { preconditionFailure("plain values") }
    return [UInt8](data) + [0x0a]
  }
}

/// What one shard came to: the part of the scanner's report that a campaign adds up.
package struct ShardReport: Hashable, Sendable, Codable {
  package var probes: Int
  package var open: Int
  package var closed: Int
  package var filtered: Int
  package var unreachable: Int
  package var tarpits: Int
  package var forged: Int
  package var unrelated: Int
  package var optedOut: Int
  package var notSent: Int
  package var notHeard: Int
  package var missed: Missed
  package var seconds: Double
  /// What each question of UDP cost and brought; absent where none was asked.
  package var datagrams: [Datagrams]?

  package struct Missed: Hashable, Sendable, Codable {
    package var low: Double
    package var estimate: Double
    package var high: Double

    package init(low: Double, estimate: Double, high: Double) {
      self.low = low
      self.estimate = estimate
      self.high = high
    }
  }

  private enum CodingKeys: String, CodingKey {
    case probes, open, closed, filtered, unreachable, tarpits, forged, unrelated, missed, seconds, datagrams
    case optedOut = "opted_out"
    case notSent = "not_sent"
    case notHeard = "not_heard"
  }

  /// Targets of which it is known that somebody answers.
  package var answered: Int { open + closed + tarpits }
}

extension ShardReport {
  /// How much was asked by one question, and how much came back, by the worker that ended the shard.
  package struct Datagrams: Hashable, Sendable, Codable {
    package var asked: String
    package var port: UInt16
    package var questions: Int
    package var answers: Int
    package var octetsAsked: Int
    package var octetsAnswered: Int
    package var largestAnswer: Int
    /// Octets of the largest answer that is expected for one of the question.
    package var amplification: Double

    private enum CodingKeys: String, CodingKey {
      case asked, port, questions, answers, amplification
      case octetsAsked = "octets_asked"
      case octetsAnswered = "octets_answered"
      case largestAnswer = "largest_answer"
    }

    /// The sums of all shards, each question once, in the order of ports.
    package static func sums(_ reports: [ShardReport]) -> [Self] {
      var sums: [UInt16: Self] = [:]
      for one in reports.flatMap({ $0.datagrams ?? [] }) {
        guard var sum = sums[one.port] else {
          sums[one.port] = one
          continue
        }
        sum.questions += one.questions
        sum.answers += one.answers
        sum.octetsAsked += one.octetsAsked
        sum.octetsAnswered += one.octetsAnswered
        sum.largestAnswer = max(sum.largestAnswer, one.largestAnswer)
        sums[one.port] = sum
      }
      return sums.values.sorted { $0.port < $1.port }
    }
  }
}

extension ShardReport.Missed {
  /// What a campaign missed, by what each of its shards did.
  ///
  /// Weighted by who answered; as the bounds of all shards cannot fail in the same direction at once but by chance, the
  /// interval is wider than it need be, never narrower. `nil` where nobody answered.
  package init?(_ reports: [ShardReport]) {
    let answered = reports.reduce(0) { $0 + $1.answered }
    guard answered > 0 else { return nil }
    func mean(_ part: (ShardReport) -> Double) -> Double {
      reports.reduce(0) { $0 + part($1) * Double($1.answered) } / Double(answered)
    }
    self.init(low: mean(\.missed.low), estimate: mean(\.missed.estimate), high: mean(\.missed.high))
  }
}
