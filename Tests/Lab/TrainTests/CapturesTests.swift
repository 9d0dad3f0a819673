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
    func share(_ hearing: HeardPart, _ isSo: (Evaluation.Answer) -> Bool) -> Double {
      let heard = answers.filter { $0.hearing == hearing }
      return Double(heard.count(where: isSo)) / Double(max(1, heard.count))
    }
    #expect(answers.count { $0.hearing == .everything } == corpus.examples.count)
    #expect(share(.everything, \.isTypeRight) >= 0.92)
    #expect(share(.broadcast, \.isTypeRight) >= 0.89)
    for hearing in HeardPart.allCases {
      #expect(share(hearing, \.isKindRight) >= 0.97)
      let sure = answers.filter { $0.hearing == hearing && $0.verdict.confidence >= 0.9 }
      #expect(Double(sure.count(where: \.isTypeRight)) >= 0.9 * Double(sure.count))
    }
  }
}
