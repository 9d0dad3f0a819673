/// How much of a device's traffic is heard.
///
/// A gateway that does not carry the traffic hears what a switch floods to it: frames to many. It hears a
/// device's first frames when the device comes, and later ones when the gateway itself began later.
package enum HeardPart: String, Hashable, Sendable, CaseIterable {
  /// Every frame that the device sends.
  case everything
  /// Frames to many.
  case broadcast
  /// The second half of the frames to many.
  case late
  /// The first hundred frames to many.
  case first100 = "first-100"
  /// The first thirty frames to many.
  case first30 = "first-30"
  /// The first ten frames to many.
  case first10 = "first-10"

  /// Which of so many frames to many are heard.
  package func frames(of count: Int) -> Range<Int> {
    switch self {
    case .everything, .broadcast: 0..<count
    case .late: count / 2..<count
    case .first100: 0..<min(count, 100)
    case .first30: 0..<min(count, 30)
    case .first10: 0..<min(count, 10)
    }
  }
}
