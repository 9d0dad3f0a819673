import LinuxIO

/// Remembers beside the outbox how far numbers were given, for when the outbox is lost or its end is.
///
/// A number that is given twice is a record that the collector takes for one it has. The mark is ahead of the numbers by at
/// most ``step``, so that it is seldom written, and one that is further ahead tells of a loss.
struct SequenceMark {
  static let suffix = ".mark"
  private static let step: Int64 = 256

  /// Every number that was given is below it.
  private(set) var limit: Int64 = 0
  /// No session with the broker had a higher number.
  private(set) var births: Int64 = 0
  private let path: String

  /// Reads it; one that is missing or damaged tells nothing.
  init(path: String) throws(SystemError) {
    self.path = path
    guard Files.exists(path) else { return }
    let words = try Files.read(path, limit: 64).split { $0 == 0x20 || $0 == 0x0a }
    let numbers = words.compactMap { Int64(String(decoding: $0, as: UTF8.self)) }
    if numbers.count == 2 { (limit, births) = (numbers[0], numbers[1]) }
  }

  /// Whether numbers from this one on must have been given before.
  func isAhead(of next: Int64) -> Bool { limit - Self.step >= next }

  /// Makes room for every number below this one, and for as many sessions, on disk, before they are.
  mutating func cover(_ next: Int64, births wanted: Int64) throws(SystemError) {
    guard next > limit || wanted > births else { return }
    let new = next > limit ? next + Self.step - 1 : limit
    try Files.replace(path, with: Array("\(new) \(wanted)\n".utf8), mode: 0o600)
    (limit, births) = (new, wanted)
  }
}
