/// What an order has brought, over all made-up providers.
package struct OrderOutcome: Sendable {
  package let order: CellOrder
  /// The part of probes after which 90 of 100 services are found.
  package let probesToMost: ConfidenceInterval
  /// The part of services that 15 of 100 probes find.
  package let early: ConfidenceInterval
  /// The same with each port counting as much as another.
  package let earlyByPort: ConfidenceInterval
  /// By how much the area under its curve is larger than that of the random order with the same provider.
  package let gain: ConfidenceInterval
  /// The probes to 90 of 100 services, over those of the oracle with the same provider.
  package let toOracle: ConfidenceInterval
  /// The part of services found after each hundredth of all probes.
  package let curve: [Double]
}

/// A mean, and between which numbers it is with 95 of 100.
package struct ConfidenceInterval: Hashable, Sendable {
  package let low: Double
  package let mean: Double
  package let high: Double

  /// From independent values, by Student's distribution; of a single value nothing is known of its spread.
  init(_ values: [Double]) {
    let count = Double(values.count)
    mean = values.reduce(0, +) / count
    guard values.count > 1 else {
      (low, high) = (-.infinity, .infinity)
      return
    }
    let average = mean
    let variance = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / (count - 1)
    let half = Self.quantile(values.count - 1) * (variance / count).squareRoot()
    (low, high) = (mean - half, mean + half)
  }

  /// The 0.975 quantile of Student's distribution, by its expansion around the normal one.
  ///
  /// M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions", 26.7.5; from five degrees of freedom on right to a
  /// hundredth.
  private static func quantile(_ freedom: Int) -> Double {
    let exact = [12.706, 4.303, 3.182, 2.776]
    if freedom <= exact.count { return exact[freedom - 1] }
    let (x, n) = (1.959_964, Double(freedom))
    let (x3, x5, x7) = (x * x * x, x * x * x * x * x, x * x * x * x * x * x * x)
    return x + (x3 + x) / (4 * n) + (5 * x5 + 16 * x3 + 3 * x) / (96 * n * n)
      + (3 * x7 + 19 * x5 + 17 * x3 - 15 * x) / (384 * n * n * n)
  }
}

package enum OrderComparison {
  /// Tries all orders with the same providers, one after the other.
  package static func compare(_ plan: OrderPlan) -> [OrderOutcome] {
    var trials: [CellOrder: [OrderTrial]] = [:]
    for provider in 0..<UInt64(plan.providers) {
      // Far apart, so that no provider's numbers are another's.
      let seed = plan.seed &* 1_000_003 &+ provider &* 7919
      for order in CellOrder.allCases {
        trials[order, default: []].append(OrderTrial(order, plan, seed: seed))
      }
    }
    let (random, oracle) = (trials[.random] ?? [], trials[.oracle] ?? [])
    return CellOrder.allCases.map { order in
      let own = trials[order] ?? []
      let curve = (0...100).map { place in
        own.reduce(0) { $0 + $1.curve[place] } / Double(max(1, own.count))
      }
      return OrderOutcome(
        order: order, probesToMost: ConfidenceInterval(own.map(\.probesToMost)),
        early: ConfidenceInterval(own.map { $0.curve[15] }),
        earlyByPort: ConfidenceInterval(own.map { $0.curveByPort[15] }),
        gain: ConfidenceInterval(zip(own, random).map { $0.area - $1.area }),
        toOracle: ConfidenceInterval(zip(own, oracle).map { $0.probesToMost / $1.probesToMost }), curve: curve
      )
    }
  }
}
