/// Where a question has its cookie, and how: what is written anew for each target, over what is the same for all.
enum CookieMark: Hashable, Sendable {
  /// Its first octets, the most significant first.
  case octets(at: Int, count: Int)
  /// Four octets of a number that is positive and never shorter, as DER has it (X.690, section 8.3).
  case number(at: Int)
  /// Some of its sixteen hexadecimal digits.
  case digits(at: Int, from: Int, count: Int)
  /// One bit for each small letter, the least significant first: set, it is large.
  case capitals(at: Int, count: Int)

  func put(_ cookie: UInt64, to place: UnsafeMutableRawPointer) {
    switch self {
    case .octets(let start, let count):
      for number in 0..<count {
        place.storeBytes(
          of: UInt8(truncatingIfNeeded: cookie &>> UInt64(56 - 8 * number)), toByteOffset: start + number,
          as: UInt8.self)
      }
    case .number(let start):
      CookieMark.octets(at: start, count: 4).put(cookie, to: place)
      let first = place.load(fromByteOffset: start, as: UInt8.self)
      place.storeBytes(of: first & 0x3f | 0x40, toByteOffset: start, as: UInt8.self)
    case .digits(let start, let from, let count):
      for number in 0..<count {
        let digit = UInt8(truncatingIfNeeded: cookie &>> UInt64(60 - 4 * (from + number))) & 15
        place.storeBytes(
          of: digit < 10 ? 0x30 + digit : 0x57 + digit, toByteOffset: start + number, as: UInt8.self)
      }
    case .capitals(let start, let count):
      var rest = cookie
      for offset in start..<start + count {
        let letter = place.load(fromByteOffset: offset, as: UInt8.self)
        guard letter >= 0x61 else { continue }
        if rest & 1 == 1 { place.storeBytes(of: letter - 0x20, toByteOffset: offset, as: UInt8.self) }
        rest &>>= 1
      }
    }
  }

  /// The marks of a text in which `#` stands for each digit: each row of them begins with the digit that `from` says.
  static func digits(in text: [UInt8], from: [Int]) -> [CookieMark] {
    var (marks, place): ([CookieMark], Int) = ([], 0)
    while let start = text[place...].firstIndex(of: 0x23), marks.count < from.count {
      let end = text[start...].firstIndex { $0 != 0x23 } ?? text.endIndex
      marks.append(.digits(at: start, from: from[marks.count], count: end - start))
      place = end
    }
    return marks
  }
}
