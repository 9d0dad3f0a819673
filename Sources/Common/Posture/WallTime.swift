import Addresses

/// A point of UTC time as data, to the millisecond.
///
/// A gateway's clock may be wrong: never subtract two of these to find a duration.
package struct WallTime: Hashable, Sendable, Comparable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  package let milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// The beginning of its second, for people.
  package var wholeSeconds: WallTime {
    WallTime(milliseconds: Self.floorDivide(milliseconds, 1000) * 1000)
  }

  package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
}

extension WallTime: LosslessStringConvertible {
  /// Reads RFC 3339 time in UTC: `2026-11-22T23:19:00Z`, with or without a fraction.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.last == 0x5a, bytes[4] == 0x2d, bytes[7] == 0x2d,
      bytes[10] == 0x54 || bytes[10] == 0x74, bytes[13] == 0x3a, bytes[16] == 0x3a
    else { return nil }
    func number(_ range: Range<Int>) -> Int64? {
      var value: Int64 = 0
      for byte in bytes[range] {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    var fraction: Int64 = 0
    if bytes.count > 20 {
      let digits = bytes.count - 21
      guard bytes[19] == 0x2e, (1...9).contains(digits), let value = number(20..<(20 + digits)) else {
        return nil
      }
      fraction = value
      for _ in 0..<max(0, digits - 3) { fraction /= 10 }
      for _ in 0..<max(0, 3 - digits) { fraction *= 10 }
    }
    let days = Self.days(year: year, month: month, day: day)
    self.init(milliseconds: ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + fraction)
  }

  /// RFC 3339 in UTC, with milliseconds only when they are not zero.
  package var description: String {
    let day = Self.floorDivide(milliseconds, 86_400_000)
    let rest = milliseconds - day * 86_400_000
    let (year, month, date) = Self.civil(days: day)
    let second = rest / 1000
    func pad(_ value: Int64, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    let fraction = rest % 1000 == 0 ? "" : "." + pad(rest % 1000, 3)
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(date, 2))"
      + "T\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))\(fraction)Z"
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    value >= 0 ? value / divisor : (value - divisor + 1) / divisor
  }

  // Days between the civil calendar and 1970-01-01, counted in eras of 400 years from 1 March:
  // H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil and civil_from_days.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = floorDivide(shifted, 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
  }
}

extension WallTime: CodableByDescription {}
