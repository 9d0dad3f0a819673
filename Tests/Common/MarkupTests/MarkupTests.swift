import Markup
import Testing

struct MarkupTests {
  private func events(_ text: String) throws -> [Markup.Event] {
    var events: [Markup.Event] = []
    try Markup.read(Array(text.utf8)) {
      events.append($0)
      return true
    }
    return events
  }

  private func reason(_ text: String) -> MarkupError? {
    do { _ = try events(text) } catch { return error as? MarkupError }
    return nil
  }

  @Test func readsElementsAttributesAndText() throws {
    #expect(
      try events("<a x='1 &amp; 2'>\n<b>é&#x41;</b></a>").filter { $0 != .text("\n") } == [
        .start("a", attributes: ["x": "1 & 2"], line: 1), .start("b", attributes: [:], line: 2), .text("é"),
        .text("A"), .end("b"), .end("a"),
      ])
  }

  @Test func stopsWhenItHasEnough() throws {
    var count = 0
    try Markup.read(Array("<a><b/><c/><broken".utf8)) { _ in
      count += 1
      return count < 2
    }
    #expect(count == 2)
  }

  /// The "billion laughs", and files of the machine.
  @Test(arguments: [
    "<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;&b;'>]><a>&c;</a>",
    "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    "<!DOCTYPE a SYSTEM 'http://192.0.2.1/x'><a/>",
  ])
  func aDocumentTypeIsRefused(text: String) {
    #expect(reason(text)?.reason == .documentType)
  }

  @Test func endlessNestingIsRefused() {
    #expect(reason(String(repeating: "<a>", count: 100_000))?.reason == .tooDeep)
  }

  @Test(arguments: [
    "<a>", "<a></b>", "", "text", "<a x=1/>", "<a>&nosuch;</a>", "<a>\u{0}</a>", "<?xml version='9'?>",
  ])
  func faultsAreToldWithTheirPlace(text: String) throws {
    let error = try #require(reason(text))
    #expect(error.line >= 1 && error.description.hasPrefix("line "))
  }

  @Test func whatIsTooLargeIsNotRead() {
    var isAsked = false
    let bytes = [UInt8](repeating: 0x20, count: Markup.sizeLimit + 1)
    let error = #expect(throws: MarkupError.self) {
      try Markup.read(bytes) { _ in
        isAsked = true
        return true
      }
    }
    #expect(error?.reason == .tooLarge && !isAsked)
  }
}
