package import FleetContract

extension SequenceSet {
  /// What the gateway is told; ranges beyond what one message names are told when the gaps have closed.
  package var acknowledgement: AckBody {
    var rest = ranges[...]
    var stored: Int64 = 0
    if let first = rest.first, first.lowerBound <= 1 {
      stored = first.upperBound
      rest = rest.dropFirst()
    }
    let above = rest.prefix(AckBody.maximumRanges).compactMap { SequenceRange($0.lowerBound, $0.upperBound) }
    return AckBody(stored: stored, above: above)
  }
}
