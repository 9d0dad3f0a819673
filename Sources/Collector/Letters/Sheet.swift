/// Where what stands on a sheet of A4, in points of 1/72 inch from its upper left corner.
///
/// The recipient shows in the window of an envelope for A4 folded twice, and nothing else may be near it.
enum Sheet {
  static let width = mm(210)
  static let height = mm(297)
  /// As many sheets as an envelope's first weight takes; whoever needs more has a text that nobody reads.
  static let most = 4

  static let left = mm(25)
  static let right = mm(185)
  /// What letters may touch: some begin a little before their place.
  static let column = mm(24)..<mm(186)
  /// Sender and day.
  static let head = mm(25)..<mm(44)
  static let window = mm(45)..<mm(95)
  static let windowWidth = mm(85)
  static let windowColumn = mm(24)..<mm(111)
  /// Where the text stands on the first sheet, and on others.
  static let first = mm(100)..<mm(265)
  static let others = mm(25)..<mm(265)
  /// The lowest line: the letter's name, and which sheet it is.
  static let foot = mm(271)..<mm(277)

  private static func mm(_ length: Double) -> Double { length * 72 / 25.4 }
}

/// How large letters are and how far lines are apart, whatever the fonts say that they come from.
struct TextStyle: Hashable, Sendable {
  /// In points.
  var size: Double
  var pitch: Double
  var isBold = false

  /// For what stands above; its lines at a distance of so many times their size.
  init(_ size: Double, apart: Double, isBold: Bool = false) {
    self.size = size
    pitch = size * apart
    self.isBold = isBold
  }

  static let heading = TextStyle(16, apart: 1.4, isBold: true)
  static let head = TextStyle(12, apart: 1.45)
  static let text = TextStyle(12, apart: 1.7)
  static let foot = TextStyle(9, apart: 1.7)
  /// Until one fits.
  static let recipient = [TextStyle(12, apart: 1.6), TextStyle(10, apart: 1.5), TextStyle(8, apart: 1.4)]

  /// From the upper edge of a line to where its letters stand: the middle of a Han character is 0.38 of its size above that.
  var baseline: Double { pitch / 2 + 0.38 * size }
}
