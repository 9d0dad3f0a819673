import Classify
import Glibc
import Testing

import kadomori_train

/// On real captures, where somebody has them: KADOMORI_CAPTURES names the folder of folders.
struct CapturesTests {
  private static let folder = getenv("KADOMORI_CAPTURES").map { String(cString: $0) }
  private static let labelFile =
    #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
    + "/Sources/Lab/kadomori-train/labels/iot-sentinel.tsv"

  private static func labels() throws -> Labels {
    try Labels(text: String(decoding: try Files.read(labelFile), as: UTF8.self), name: labelFile)
  }

  @Test func theLabelsAreSound() throws {
    let labels = try Self.labels()
    #expect(labels.byFolder.count == 27)
    #expect(Set(labels.byFolder.values.map(\.type.name)).count == 23)
  }

  /// The numbers are those that were reached, rounded down.
  @Test(.enabled(if: Self.folder != nil), .timeLimit(.minutes(10)))
  func heldOutCapturesAreKnown() throws {
    let corpus = try Corpus(folder: try #require(Self.folder), labels: try Self.labels())
    let answers = Evaluation(corpus.examples).closedSet()
    let count = Double(answers.count)
    #expect(count == Double(corpus.examples.count))
    #expect(Double(answers.count(where: \.isTypeRight)) / count >= 0.94)
    #expect(Double(answers.count(where: \.isKindRight)) / count >= 0.99)
    let sure = answers.filter { $0.verdict.confidence >= 0.9 }
    #expect(Double(sure.count(where: \.isTypeRight)) >= 0.9 * Double(sure.count))
    #expect(Double(sure.count) / count >= 0.6)
  }
}
