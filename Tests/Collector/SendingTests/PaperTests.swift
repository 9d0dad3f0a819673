import BrokerFixture
import Foundation
import Letters
import Posture
import Sending
import Testing

@Suite(.timeLimit(.minutes(3))) struct PaperTests {
  private func files(_ directory: TemporaryDirectory) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func `letters and scripts are files that are the same when written again`() throws {
    let directory = try TemporaryDirectory()
    var hostile = notice()
    hostile.subject = "<script>alert(1)</script>"
    hostile.recipient = "東京都千代田区1-1\n門守 花子 様"
    var written: Set<Data> = []
    for _ in 0..<2 {
      for (form, name) in [(PaperChannel.Form.letter, "notice-7.pdf"), (.script, "notice-7.txt")] {
        let outcome = PaperChannel(form, in: directory.path, from: "門守ネット").send(hostile)
        #expect(outcome == .sent("\(directory.path)/\(name)"))
        #expect(try mode("\(directory.path)/\(name)") == 0o640)
        written.insert(try Data(contentsOf: URL(filePath: "\(directory.path)/\(name)")))
      }
    }
    #expect(written.count == 2)
    #expect(try files(directory) == ["notice-7.pdf", "notice-7.txt"])
    let letter = try run("pdftotext", ["\(directory.path)/notice-7.pdf", "-"], in: directory)
    #expect(letter.text.contains("<script>alert(1)</script>\n"), "\(letter)")
    #expect(letter.text.contains("東京都千代田区1-1\n門守 花子 様\n"), "\(letter)")
    for line in hostile.lines { #expect(letter.text.contains(line), "\(letter)") }
    #expect(directory.read("notice-7.txt").contains("門守ネットです。"))
  }

  @Test func `the day is the one where it is written`() throws {
    var early = notice()
    early.queued = try #require(WallTime("2026-12-31T22:30:00Z"))
    let tokyo = try #require(TimeZone(identifier: "Asia/Tokyo"))
    #expect(LetterText.letter(early, from: "x", in: tokyo).day == "2027-01-01")
    #expect(LetterText.letter(early, from: "x", in: .gmt).day == "2026-12-31")
    for (language, expected) in [("ja", Letter.Language.japanese), ("easy-ja", .japanese), ("en", .english)] {
      early.language = language
      #expect(LetterText.letter(early, from: "x", in: .gmt).language == expected)
    }
  }

  @Test func `what cannot be written is tried again, and leaves nothing that looks like a letter`() throws {
    let directory = try TemporaryDirectory()
    let nowhere = PaperChannel(.letter, in: directory.path + "/none", from: "x").send(notice())
    guard case .later(let reason) = nowhere else { return #expect(Bool(false), "\(nowhere)") }
    #expect(reason.contains(directory.path + "/none/notice-7.pdf"), "\(reason)")
    // What stands in the way of the file that takes the name once it is whole.
    try FileManager.default.createDirectory(
      atPath: directory.path + "/notice-7.pdf.new", withIntermediateDirectories: false)
    let blocked = PaperChannel(.letter, in: directory.path, from: "x").send(notice())
    guard case .later = blocked else { return #expect(Bool(false), "\(blocked)") }
    #expect(try files(directory) == ["notice-7.pdf.new"])
  }

  @Test func `what will never be a letter is refused, and what no font has is told`() throws {
    let directory = try TemporaryDirectory()
    let channel = PaperChannel(.letter, in: directory.path, from: "x")
    var odd = notice()
    odd.lines = Array(repeating: "行", count: 5000)
    #expect(channel.send(odd) == .refused("the text is longer than 4 sheets; shorten it"))
    odd = notice(to: String(repeating: "番地\n", count: 50))
    guard case .refused = channel.send(odd) else { return #expect(Bool(false)) }
    odd = notice(to: "\u{10570}")
    guard case .later(let words) = channel.send(odd) else { return #expect(Bool(false)) }
    #expect(words.contains("no font has U+10570") && words.contains("install fonts-noto-cjk"), "\(words)")
    #expect(try files(directory) == [])
    odd = notice()
    odd.lines.append("\u{10570}")
    let path = directory.path + "/notice-7.pdf"
    #expect(channel.send(odd) == .sent("\(path), without U+10570, which no font has"))
  }
}
