@testable import Identify

/// All recorded bytes, as beginnings for hostile ones.
enum Fixtures {
  static let all: [[UInt8]] =
    Recording.all.flatMap { [$0.greeting.bytes] + $0.answers.map(\.bytes) }
    + DatagramRecording.all.map(\.answer.bytes)
}
