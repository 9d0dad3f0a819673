/// How the power comes back.
package enum RestorationScenario: String, Hashable, Sendable, Codable, CaseIterable {
  /// The whole area within a minute.
  case atOnce = "at-once"
  /// Twelve bulk substations, one every five minutes.
  case substations
  /// Feeder after feeder, evenly over half an hour.
  case feeders
  /// Feeder by feeder as crews get there: 45 minutes in the mean, the last after three hours.
  case slow

  /// The second in which each of so many feeders is live again.
  func restored(feeders: Int, _ numbers: inout SeededNumbers) -> [Double] {
    (0..<feeders).map { index in
      switch self {
      case .atOnce: numbers.between(0, 60)
      case .substations: Double(index % 12) * 300 + numbers.between(0, 20)
      case .feeders: Double(index) / Double(feeders) * 1800 + numbers.between(0, 5)
      case .slow: min(numbers.exponential(mean: 2700), 3 * 3600)
      }
    }
  }
}
