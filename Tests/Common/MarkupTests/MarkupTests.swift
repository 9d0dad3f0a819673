import Testing

@testable import Markup

/// All parts of a document, and the error that ended it.
func read(_ document: String, limits: MarkupLimits = MarkupLimits()) -> ([MarkupEvent], MarkupError?) {
  read(Array(document.utf8), limits: limits)
}

func read(_ document: [UInt8], limits: MarkupLimits = MarkupLimits()) -> ([MarkupEvent], MarkupError?) {
  var events: [MarkupEvent] = []
  do throws(MarkupError) {
    try Markup.read(document, limits: limits) { events.append($0) }
    return (events, nil)
  } catch {
    return (events, error)
  }
}

@Suite struct MarkupTests {
  @Test("Elements, attributes and text come in their order, with their places")
  func parts() {
    let (events, error) = read(
      """
      <?xml version="1.0"?>
      <root>
        <a x="1" y='&lt;&#233;&quot;'>one &amp; <!-- not this -->two<![CDATA[ <3> ]]></a><b/>
      </root>
      """)
    #expect(error == nil)
    let elements = events.compactMap { event in
      if case .start(let element) = event { element } else { nil }
    }
    #expect(elements.map(\.name) == ["root", "a", "b"])
    #expect(elements[1]["x"] == "1")
    #expect(elements[1]["y"] == "<é\"")
    #expect(elements[1]["z"] == nil)
    #expect(elements[0].position == MarkupPosition(line: 2, column: 1))
    #expect(elements[1].position == MarkupPosition(line: 3, column: 3))
    #expect(events.contains(.text("one & two <3> ")), "text is whole whatever stands in it")
    #expect(events.last == .end("root"))
  }

  @Test("Latin-1 and UTF-16 arrive as what they say")
  func encodings() {
    let latin = Array("<?xml version='1.0' encoding='ISO-8859-1'?><a>".utf8) + [0xe9] + Array("</a>".utf8)
    #expect(read(latin).0.contains(.text("é")))
    var wide: [UInt8] = [0xff, 0xfe]
    for unit in "<a>é</a>".utf16 { wide += [UInt8(unit & 0xff), UInt8(unit >> 8)] }
    #expect(read(wide).0.contains(.text("é")))
  }

  @Test(
    "What is not well-formed is told with its line and column",
    arguments: [
      ("<a>\n  <b></a>", 2, 8), ("<a x=1/>", 1, 6), ("<a", 1, 1), ("<a>\n<b>", 2, 4), ("", 1, 1),
      ("text", 1, 1),
      ("<a>&nbsp;</a>", 1, 4), ("<a x='1' x='2'/>", 1, 10), ("<a/><b/>", 1, 5),
    ])
  func malformed(document: String, line: Int, column: Int) throws {
    let error = try #require(read(document).1)
    guard case .malformed = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(error.position == MarkupPosition(line: line, column: column))
  }

  @Test("A document cut anywhere ends in an error, with nothing but what stood before it")
  func truncated() {
    let document = Array("<r><a k='v'>text</a><b>é</b></r>".utf8)
    let whole = read(document).0
    for count in 0..<document.count {
      let (events, error) = read(Array(document.prefix(count)))
      #expect(error != nil)
      #expect(whole.starts(with: events))
    }
  }

  @Test("No document type is accepted, so that no entity can grow or fetch anything")
  func documentType() {
    let laughs = """
      <?xml version="1.0"?>
      <!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
      <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
      <lolz>&c;</lolz>
      """
    let (events, error) = read(laughs)
    #expect(events.isEmpty)
    #expect(error?.reason == .documentType)
    #expect(error?.position.line == 2)
    #expect(read("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>").1?.reason == .documentType)
    #expect(read("<!DOCTYPE a PUBLIC '-//X//Y' 'http://192.0.2.1/x.dtd'><a/>").1?.reason == .documentType)
  }

  @Test("Size, depth and attributes have their limits")
  func limits() {
    let nested = String(repeating: "<a>", count: 33) + String(repeating: "</a>", count: 33)
    let (events, error) = read(nested)
    #expect(error?.reason == .tooDeep)
    #expect(error?.position.column == 32 * 3 + 1)
    #expect(events.count == 32)
    #expect(read(nested, limits: MarkupLimits(depth: 33)).1 == nil)
    #expect(read("<a>1234</a>", limits: MarkupLimits(size: 10)).1?.reason == .tooLarge)
    #expect(read("<a>123</a>", limits: MarkupLimits(size: 10)).1 == nil)
    let attributes = (0..<65).map { " a\($0)='1'" }.joined()
    #expect(read("<a\(attributes)/>").1?.reason == .tooManyAttributes)
  }

  @Test("No bytes do harm")
  func anyBytes() {
    let document = Array("<?xml version='1.0'?><r><a k='v'>t&amp;<![CDATA[x]]></a><!-- c --></r>".utf8)
    for index in document.indices {
      for byte: UInt8 in [0x00, 0x3c, 0x3e, 0x26, 0x80, 0xff, 0x5b] {
        var changed = document
        changed[index] = byte
        let (events, error) = read(changed)
        #expect(error != nil || events.last != nil)
      }
    }
  }
}
