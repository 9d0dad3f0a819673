import Packets
import Testing

@Suite struct TXTQuestionTests {
  private static func question(_ name: String = "area-1.pace.example", _ identifier: UInt16 = 0x1234) throws
    -> TXTQuestion
  {
    try #require(TXTQuestion(name: name, identifier: identifier))
  }

  private static func two(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }

  private static func name(_ text: String) -> [UInt8] {
    text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }

  private static func record(_ owner: [UInt8], _ type: Int, _ data: [UInt8]) -> [UInt8] {
    owner + two(type) + [0, 1, 0, 0, 0, 60] + two(data.count) + data
  }

  private static func texts(_ pieces: String...) -> [UInt8] {
    pieces.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
  }

  /// An answer with the question repeated.
  private static func answer(
    _ question: TXTQuestion, flags: Int = 0x8180, _ records: [[UInt8]]
  ) -> [UInt8] {
    let asked = question.bytes.dropFirst(12).dropLast(question.isExtended ? 11 : 0)
    return two(Int(question.identifier)) + two(flags) + [0, 1] + two(records.count) + [0, 0, 0, 0] + asked
      + records.flatMap { $0 }
  }

  /// The name of the question, by a pointer to it.
  private static let same: [UInt8] = [0xc0, 12]

  @Test func `the question is one, and small`() throws {
    let question = try Self.question()
    #expect(question.bytes.prefix(4) == [0x12, 0x34, 1, 0])
    #expect(question.bytes.count == 12 + 21 + 4 + 11)
    for bad in ["", ".", "a..b", "a b", "a.\u{e9}", String(repeating: "a", count: 64), "a\"b"]
      + [Array(repeating: "abcdefghi", count: 26).joined(separator: ".")]
    {
      #expect(TXTQuestion(name: bad, identifier: 0) == nil, "\(bad)")
    }
    #expect(TXTQuestion(name: "_pace.Example.", identifier: 0) != nil)
  }

  @Test func `the pieces of a text are joined, and others' records are passed over`() throws {
    let question = try Self.question()
    let long = String(repeating: "x", count: 255)
    let bytes = Self.answer(
      question,
      [
        Self.record(Self.same, 16, Self.texts(long, "end")),
        Self.record(Self.name("other.example"), 16, Self.texts("no")),
        Self.record(Self.same, 1, [192, 0, 2, 1]), Self.record(Self.same, 16, [5, 0x61]),
      ])
    #expect(question.answer(in: bytes) == .texts([Array((long + "end").utf8)]))
    #expect(question.answer(in: Self.answer(question, [])) == .texts([]))
    let many = (0..<100).map { _ in Self.record(Self.same, 16, Self.texts("t")) }
    let few = many.prefix(60).map(\.self)
    #expect(question.answer(in: Self.answer(question, few)) == .texts(Array(repeating: [0x74], count: 4)))
    #expect(question.answer(in: Self.answer(question, many)) == nil, "longer than was asked for")
  }

  @Test func `aliases are followed in whatever order, and never for ever`() throws {
    let question = try Self.question("Alias.Example")
    let chain = [
      Self.record(Self.name("b.example"), 16, Self.texts("yes")),
      Self.record(Self.same, 5, Self.name("A.example")),
      Self.record(Self.name("a.example"), 5, Self.name("b.example")),
    ]
    #expect(question.answer(in: Self.answer(question, chain)) == .texts([Array("yes".utf8)]))
    let circle = [
      Self.record(Self.same, 5, Self.name("a.example")),
      Self.record(Self.name("a.example"), 5, Self.same),
    ]
    #expect(question.answer(in: Self.answer(question, circle)) == .texts([]))
    // A pointer to itself is no name.
    let place = UInt8(12 + question.bytes.count - 12 - 11)
    let loop = Self.answer(question, [Self.record([0xc0, place], 16, Self.texts("no"))])
    #expect(question.answer(in: loop) == nil)
  }

  @Test func `what is no answer to this question is passed over, and what says no says why`() throws {
    let question = try Self.question()
    let records = [Self.record(Self.same, 16, Self.texts("t"))]
    let sound = Self.answer(question, records)
    let stranger = try Self.question("area-1.pace.example", 0x1235)
    let elsewhere = try Self.question("area-2.pace.example")
    #expect(question.answer(in: Self.answer(stranger, records)) == nil)
    #expect(question.answer(in: Self.answer(elsewhere, records)) == nil)
    #expect(question.answer(in: Self.answer(question, flags: 0x0180, records)) == nil, "a question")
    #expect(question.answer(in: Self.answer(question, flags: 0x8380, records)) == .truncated)
    #expect(question.answer(in: Self.answer(question, flags: 0x8183, [])) == .noName)
    #expect(question.answer(in: Self.answer(question, flags: 0x8182, [])) == .failed)
    // A server of old does not repeat what it did not understand.
    let old = Array(sound.prefix(2)) + [0x81, 0x81] + [UInt8](repeating: 0, count: 8)
    #expect(question.answer(in: old) == .plainOnly)
    let plain = try #require(
      TXTQuestion(name: "area-1.pace.example", identifier: 1, isExtended: false))
    #expect(plain.answer(in: Self.answer(plain, flags: 0x8181, [])) == .failed)
  }

  /// Whatever comes, it ends, and gives no more than fits.
  @Test func `cut anywhere, and with any byte another, it never traps`() throws {
    let question = try Self.question()
    let sound = Self.answer(
      question,
      [
        Self.record(Self.same, 5, Self.name("a.example")),
        Self.record(Self.name("a.example"), 16, Self.texts("one", "two")),
      ])
    for length in 0..<sound.count { _ = question.answer(in: Array(sound.prefix(length))) }
    var numbers = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      var odd = sound
      for _ in 0..<Int.random(in: 1...4, using: &numbers) {
        odd[Int.random(in: 2..<odd.count, using: &numbers)] = .random(in: 0 ... .max, using: &numbers)
      }
      guard case .texts(let texts) = question.answer(in: odd) else { continue }
      #expect(texts.count <= TXTQuestion.textLimit && texts.allSatisfy { $0.count < odd.count })
    }
  }
}
