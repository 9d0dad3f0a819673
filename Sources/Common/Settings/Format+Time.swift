extension Format where Value == Duration {
  /// `30s`, `5min`, `2h`, `1d`, `500ms`, or several in a row: `1h30min`.
  package static var duration: Self { duration(in: .zero ... .seconds(366 * 86_400)) }

  package static func duration(in range: ClosedRange<Duration>) -> Self {
    Format { field in
      let expected = "a duration such as 30s, 5min, 2h or 1d"
      guard let text = field.text(expected: expected) else { return nil }
      if Int(text) != nil { return field.fail("'\(text)' has no unit; write \(expected)") }
      guard let value = parse(text) else { return field.fail("'\(text)' is not \(expected)") }
      guard range.contains(value) else {
        return field.fail(
          "\(text) is out of range; from \(range.lowerBound) to \(range.upperBound) is accepted")
      }
      return value
    }
  }

  private static func parse(_ text: String) -> Duration? {
    var rest = text[...]
    var total = Duration.zero
    while !rest.isEmpty {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { ("a"..."z").contains($0) }
      rest = rest.dropFirst(unit.count)
      // Seven digits of days are 27,000 years: enough, and far from overflow.
      guard (1...7).contains(digits.count), let count = Int64(digits), let one = units[String(unit)] else {
        return nil
      }
      total += .milliseconds(count * one)
    }
    return text.isEmpty ? nil : total
  }

  /// Milliseconds in one of each unit.
  private static var units: [String: Int64] {
    ["ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000]
  }
}

/// A part of every day, `22:00-06:00`; goes past midnight where it ends before it starts.
package struct TimeOfDayRange: Hashable, Sendable {
  /// Minutes since midnight, 0 to 1439.
  package let start: Int
  /// The first minute that is outside, 1 to 1440.
  package let end: Int

  /// Creates a range; `nil` where a minute is no time of day or nothing lies between them.
  package init?(start: Int, end: Int) {
    guard (0..<1440).contains(start), (1...1440).contains(end), start != end else { return nil }
    self.start = start
    self.end = end
  }

  package func contains(minute: Int) -> Bool {
    start < end ? minute >= start && minute < end : minute >= start || minute < end
  }
}

extension TimeOfDayRange: LosslessStringConvertible {
  package init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(Self.minute)
    guard parts.count == 2, let start = parts[0], let end = parts[1] else { return nil }
    self.init(start: start, end: end == 0 ? 1440 : end)
  }

  package var description: String { "\(Self.clock(start))-\(Self.clock(end))" }

  private static func clock(_ minute: Int) -> String {
    [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }

  private static func minute(_ text: Substring) -> Int? {
    let bytes = Array(text.utf8)
    guard bytes.count == 5, bytes[2] == 0x3a else { return nil }
    let digits = [bytes[0], bytes[1], bytes[3], bytes[4]].map { Int($0) - 0x30 }
    guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
    let hour = digits[0] * 10 + digits[1]
    let minute = digits[2] * 10 + digits[3]
    return minute < 60 && hour * 60 + minute <= 1440 ? hour * 60 + minute : nil
  }
}

extension Format where Value == TimeOfDayRange {
  package static var timeOfDayRange: Self {
    Format { field in
      let expected = "a time of day range such as 22:00-06:00"
      guard let text = field.text(expected: expected) else { return nil }
      guard let value = TimeOfDayRange(text) else { return field.fail("'\(text)' is not \(expected)") }
      return value
    }
  }
}
