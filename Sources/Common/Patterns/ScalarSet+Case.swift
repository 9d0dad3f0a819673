extension ScalarSet {
  /// The set with the other case of each of its letters.
  ///
  /// Beyond ASCII only letters are folded whose other case is one scalar, and only in ranges of at most
  /// 256 scalars: a larger range is a script, and holds both cases.
  var foldingCase: ScalarSet {
    var result = ranges
    for range in ranges {
      for (letters, offset) in [(UInt32(0x41)...0x5a, Int32(0x20)), (0x61...0x7a, -0x20)] {
        let shared = range.clamped(to: letters)
        guard range.overlaps(letters) else { continue }
        let start = UInt32(Int32(shared.lowerBound) + offset)
        result.append(start...(start + shared.upperBound - shared.lowerBound))
      }
      guard range.upperBound > 0x7f, range.count <= 256 else { continue }
      for scalar in range where scalar > 0x7f {
        result += Self.otherCases(of: scalar).map { $0...$0 }
      }
    }
    return ScalarSet(result)
  }

  /// The scalars beyond ASCII that differ from this one in case alone.
  private static func otherCases(of scalar: UInt32) -> [UInt32] {
    guard let properties = Unicode.Scalar(scalar)?.properties else { return [] }
    return [properties.lowercaseMapping, properties.uppercaseMapping].compactMap { mapping in
      let scalars = mapping.unicodeScalars
      guard scalars.count == 1, let other = scalars.first?.value, other != scalar, other > 0x7f else {
        return nil
      }
      return other
    }
  }
}
