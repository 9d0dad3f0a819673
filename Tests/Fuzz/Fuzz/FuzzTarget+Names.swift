import FleetContract
import Packets

extension FuzzTarget {
  /// What a name server answers to the question for a policy, and the text in it.
  static func texts(_ bytes: [UInt8]) {
    guard let question = TXTQuestion(name: "area-1.pace.example", identifier: 0x1234) else { return }
    if case .texts(let texts) = question.answer(in: bytes) {
      precondition(texts.count <= TXTQuestion.textLimit, "too many texts")
      texts.forEach(record)
    }
    record(bytes)
  }

  private static func record(_ text: [UInt8]) {
    guard let record = PolicyRecord(text: text) else { return }
    precondition(record.pieces.allSatisfy { (1...255).contains($0.utf8.count) }, "a piece is too long")
    precondition(
      PolicyRecord(text: Array(record.text.utf8)) == record, "a record changes when written")
  }
}
