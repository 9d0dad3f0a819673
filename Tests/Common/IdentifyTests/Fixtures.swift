/// Recorded answers of real servers.
enum Fixtures {
  static let all: [[UInt8]] = []
}
