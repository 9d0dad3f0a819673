/// How confidence and truth agree.
package struct Reliability: Sendable {
  package struct Bin: Sendable {
    package var count = 0
    /// The sum of the confidences.
    package var confidence = 0.0
    package var right = 0
  }

  /// Ten bins of a tenth each; 1 is in the last.
  package private(set) var bins = [Bin](repeating: Bin(), count: 10)

  package init(_ said: some Sequence<(confidence: Double, isRight: Bool)>) {
    for (confidence, isRight) in said {
      let bin = max(0, min(9, Int(confidence * 10)))
      bins[bin].count += 1
      bins[bin].confidence += confidence
      if isRight { bins[bin].right += 1 }
    }
  }

  /// The expected calibration error: how far mean confidence and share of right answers lie apart, each
  /// bin by its size.
  package var error: Double {
    let total = bins.reduce(0) { $0 + $1.count }
    guard total > 0 else { return 0 }
    return bins.reduce(0) { $0 + abs($1.confidence - Double($1.right)) } / Double(total)
  }
}
