import Glibc

/// Notices that fewer answer than before.
///
/// The order of targets is random, so that every stretch of probes should find as many. What a stretch finds is taken for
/// a Poisson number; the sum of log-likelihood ratios for "a tenth fewer" against "as many", never below zero, is the
/// test of Page (E. Page, "Continuous Inspection Schemes", 1954; J. Lucas, "Counted Data CUSUM's", 1985). At ln 1000 it
/// warns falsely once in a thousand stretches at most (G. Lorden, 1971).
package struct HitRateWatch: Sendable {
  /// The part of answers whose loss is to be noticed.
  private static let ratio = 0.9
  private static let threshold = log(1000.0)
  /// Answers from which it learns what to expect: with so many, that is known to 2 %.
  private static let learned = 2000.0
  /// Answers that have to be known before anything is expected.
  private static let needed = 400.0

  private var probes = 0.0
  private var answers = 0.0
  private var sum = 0.0
  /// How often it has warned.
  package private(set) var alarms = 0

  package init() {}

  /// Takes a stretch that nothing more is expected of; returns whether too few answered lately.
  package mutating func add(probes count: Int, answers found: Int) -> Bool {
    defer {
      if answers < Self.learned {
        probes += Double(count)
        answers += Double(found)
      }
    }
    guard answers >= Self.needed else { return false }
    let expected = answers / probes * Double(count)
    sum = max(0, sum + Double(found) * log(Self.ratio) + expected * (1 - Self.ratio))
    guard sum >= Self.threshold else { return false }
    sum = 0
    alarms += 1
    return true
  }
}
