/// Ways to come back, side by side.
package enum ComparedPolicy: String, Hashable, Sendable, Codable, CaseIterable {
  /// libmosquitto 2.0: again after one second, always.
  case libmosquitto
  /// Eclipse Paho: 1, 2, 4 … 120 s, without any jitter.
  case paho
  /// Drawn from 0 to 2, 4, 8 … 900 s.
  case fullJitter = "full-jitter"
  /// Drawn from 1 to three times the wait before, at most 900 s.
  case decorrelated
  /// TR-369 (USP) R-NOT.4: drawn from 5 to 10, 10 to 20 … 2,560 to 5,120 s.
  case usp
  /// Ours where nobody publishes a speed: the slot, and windows that double.
  case kadomoriSlot = "kadomori-slot"
  /// Ours: the slot, the published speed of the clock, and windows that double.
  case kadomori

  var isOurs: Bool { self == .kadomoriSlot || self == .kadomori }
}

/// The waits of those that are not ours, in seconds.
struct RetryRule {
  let policy: ComparedPolicy
  private var failures: [UInt8]
  private var waits: [Float]

  init(_ policy: ComparedPolicy, gateways: Int) {
    self.policy = policy
    let counts = policy == .paho || policy == .fullJitter || policy == .usp
    failures = [UInt8](repeating: 0, count: counts ? gateways : 0)
    waits = [Float](repeating: 1, count: policy == .decorrelated ? gateways : 0)
  }

  mutating func wait(of gateway: Int, _ numbers: inout SeededNumbers) -> Double {
    switch policy {
    case .paho: return min(120, count(gateway))
    case .fullJitter: return max(1, numbers.between(0, min(900, 2 * count(gateway))))
    case .usp:
      let upper = 5 * min(1024, 2 * count(gateway))
      return numbers.between(upper / 2, upper)
    case .decorrelated:
      let wait = min(900, numbers.between(1, max(1.001, Double(waits[gateway]) * 3)))
      waits[gateway] = Float(wait)
      return max(1, wait)
    case .libmosquitto, .kadomoriSlot, .kadomori: return 1
    }
  }

  /// Two to the power of the failures before this one.
  private mutating func count(_ gateway: Int) -> Double {
    let power = Double(1 << Int(failures[gateway]))
    if failures[gateway] < 14 { failures[gateway] += 1 }
    return power
  }
}
