import Markup
import Testing

@testable import Patterns
@testable import Recog

@Suite struct FaultTests {
  static let good = """
    <fingerprint pattern="good"><description>good</description>
    <param pos="0" name="n" value="v"/></fingerprint>
    """

  @Test(
    "A bad fingerprint is told with its file and line and left out, the rest is used",
    arguments: [
      (
        "<fingerprint pattern='a(b'><param pos='0' name='n' value='v'/></fingerprint>", 5,
        .pattern(PatternError(reason: .unfinished, position: 1))
      ),
      (
        "<fingerprint pattern='(?=a)'/>", 5,
        .pattern(PatternError(reason: .unsupported("look-ahead"), position: 0))
      ),
      ("<fingerprint/>", 5, .noPattern),
      ("<fingerprint pattern='a' flags='REG_ICASE,REG_ODD'/>", 5, .unknownFlag("REG_ODD")),
      ("<fingerprint pattern='a' certainty='high'/>", 5, .badCertainty("high")),
      ("<fingerprint pattern='a'>\n<param pos='1' name='n'/></fingerprint>", 6, .noSuchGroup(1)),
      ("<fingerprint pattern='a'>\n<param pos='x' name='n'/></fingerprint>", 6, .badParameter),
      ("<fingerprint pattern='a'>\n<param pos='-1' name='n'/></fingerprint>", 6, .badParameter),
      ("<fingerprint pattern='a'>\n<param pos='0' name='n'/></fingerprint>", 6, .badParameter),
      ("<fingerprint pattern='a'>\n<param pos='0' value='n'/></fingerprint>", 6, .badParameter),
    ] as [(String, Int, RecogFault.Reason)])
  func skipped(bad: String, line: Int, reason: RecogFault.Reason) {
    let (base, faults) = base(Self.good + "\n" + bad + "\n" + Self.good)
    #expect(faults == [RecogFault(file: "test.xml", line: line, reason: reason)])
    #expect(base.count == 2)
    #expect(base.match("good", as: "test") != nil)
    #expect(faults.first?.description.hasPrefix("test.xml:\(line): ") == true)
  }

  @Test("A file that breaks off is used as far as it goes")
  func truncated() {
    let (name, bytes) = file(Self.good)
    let (base, faults) = RecogBase.load(files: [(name, bytes.dropLast(5)), ("empty.xml", [])])
    #expect(base.count == 1)
    #expect(faults.map(\.file) == ["test.xml", "empty.xml"])
    #expect(faults.map(\.line) == [5, 1])
  }

  @Test("What is no file of fingerprints, or declares entities, adds nothing")
  func others() {
    let (base, faults) = RecogBase.load(files: [
      ("a.xml", Array("<html><fingerprint pattern='a'/></html>".utf8)),
      ("b.xml", Array("<!DOCTYPE a [<!ENTITY b 'c'>]><fingerprints>\(Self.good)</fingerprints>".utf8)),
      ("c.xml", Array("PK\u{3}\u{4}".utf8)),
    ])
    #expect(base.count == 0)
    #expect(faults[0].reason == .notFingerprints)
    #expect(faults[1].reason == .markup(.documentType))
    #expect(faults.count == 3)
  }

  @Test("A bad preference counts as none")
  func preference() {
    let (base, faults) = base(Self.good, header: "matches='test' preference='7'")
    #expect(faults.map(\.reason) == [.badPreference("7")])
    #expect(base.count == 1)
  }

  @Test("Files, fingerprints, parameters and faults have their limits")
  func limits() {
    let many = RecogBase.load(files: (0..<RecogLimits.files + 9).map { file(Self.good, name: "\($0).xml") })
    #expect(many.base.count == RecogLimits.files)
    #expect(many.faults.map(\.reason) == [.tooMuch])
    let parameters = String(repeating: "<param pos='0' name='n' value='v'/>", count: 65)
    #expect(
      base("<fingerprint pattern='a'>\(parameters)</fingerprint>").1.map(\.reason) == [.tooManyParameters])
    #expect(base(String(repeating: "<fingerprint/>", count: 1000)).1.count == RecogLimits.faults)
    let short = String(repeating: "<fingerprint pattern='a'/>", count: RecogLimits.fingerprints + 1)
    let full = base(short)
    #expect(full.0.count == RecogLimits.fingerprints)
    #expect(full.1.map(\.reason) == [.tooMuch])
  }

  @Test("Fields that refer to each other cannot grow without end")
  func growth() throws {
    let chain = (1...40).map { "<param pos='0' name='f\($0)' value='{f\($0 - 1)}{f\($0 - 1)}'/>" }.joined()
    let (base, _) = base(
      "<fingerprint pattern='^(.*)$'><param pos='1' name='f0'/>\(chain)</fingerprint>")
    let match = try #require(base.match("0123456789", as: "test"))
    #expect(match.fields["f3"]?.utf8.count == 80)
    #expect(match.fields.values.allSatisfy { $0.utf8.count <= RecogLimits.value })
    #expect(match.fields["f40"] == nil)
    let long = String(repeating: "a", count: 1 << 20)
    #expect(try #require(base.match(long, as: "test")).fields["f0"] == nil)
  }
}
