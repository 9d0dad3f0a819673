import MQTTClient

/// What came of a return, second by second.
struct Tally {
  let machines: Int
  private(set) var attempts: [Int] = []
  private(set) var sessions: [Int] = []
  private(set) var connected = 0
  /// Seconds until each session.
  private(set) var times: [Double] = []
  /// Attempts refused by TCP, cut off, refused by the broker, and given up.
  var refused = 0
  var cut = 0
  var answered = 0
  var late = 0
  var failures: [Int] = []
  /// Processor seconds of the broker.
  var brokerSeconds = 0.0

  init(machines: Int) { self.machines = machines }

  private static func count(_ at: Duration, in seconds: inout [Int]) {
    let second = max(0, Int(at / .seconds(1)))
    while seconds.count <= second { seconds.append(0) }
    seconds[second] += 1
  }

  mutating func attempted(at time: Duration) { Self.count(time, in: &attempts) }

  mutating func connected(at time: Duration) {
    Self.count(time, in: &sessions)
    connected += 1
    times.append(time / .seconds(1))
  }

  mutating func lost(at time: Duration) { connected -= 1 }

  mutating func note(_ error: MQTTError) {
    if case .network = error.code { refused += 1 } else { cut += 1 }
  }

  /// All attempts that brought no session.
  var failed: Int { refused + cut + answered + late }

  var all: Int { attempts.reduce(0, +) }

  /// The most attempts in one second.
  var peak: Double { Double(attempts.max() ?? 0) }

  /// Seconds until a part of all has a session; `nil` where it never came.
  func time(of part: Double) -> Double? {
    let number = Int((Double(machines) * part).rounded(.up))
    return number > 0 && times.count >= number ? times[number - 1] : nil
  }
}
