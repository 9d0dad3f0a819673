import Cryptography
import Dashboard
import FoundationEssentials
import HTTPMessages
import Testing
import Web
import Wording

/// What strangers write stays text.
@Suite struct TextTests {
  @Test func `what is put into a page is escaped`() {
    let name = #"<img src=x onerror="alert('1')">&amp;"#
    let html: HTML = "<b title=\"\(name)\">\(name)</b>"
    #expect(
      html.text.components(separatedBy: "&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;")
        .count == 3)
    let nested: HTML = "<i>\(html)</i>\([html, html])\(7)"
    #expect(nested.text.hasSuffix("</b>7") && !nested.text.contains("<img"))
  }

  @Test func `a form is read as browsers write it`() {
    #expect(FormText.fields("a=1&b=%E9%96%80+x&a=2&c")! == ["a": "1", "b": "門 x", "c": ""])
    for wrong in ["a=%", "a=%4", "a=%zz", "a=%ff", "a=%00"] { #expect(FormText.fields(wrong[...]) == nil) }
    #expect(FormText.fields(String(repeating: "a=1&", count: 101)[...]) == nil)
    #expect(FormText.decoded("a+b%2Bc", plusIsBlank: false) == "a+b+c")
    #expect(FormText.encoded("a/b:門") == "a%2Fb%3A%E9%96%80")
  }

  @Test(arguments: ["*", "x", "/%ff", "/?a=%"])
  func `only a path of ours is a request`(target: String) {
    #expect(WebRequest("GET", target) == nil)
  }

  @Test func `a browser's wish decides the language`() {
    #expect(Words.preferred("ja,en;q=0.9") == .ja)
    #expect(Words.preferred("en-GB;q=0.8, ja-JP;q=0.9") == .ja)
    #expect(Words.preferred("de, fr;q=0.1") == .en && Words.preferred(nil) == .en)
    #expect(Words.preferred("ja;q=0") == .en)
  }

  /// RFC 7914, section 12.
  @Test func `scrypt is the one of its standard`() throws {
    let key = try PasswordHash.scrypt(
      Array("password".utf8), salt: Array("NaCl".utf8), n: 1024, r: 8, p: 16, length: 64)
    #expect(
      Hexadecimal.text(key)
        == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
    )
  }

  @Test func `a password is known again, and another is not`() throws {
    let (first, second) = (try PasswordHash.make("correct horse"), try PasswordHash.make("correct horse"))
    #expect(first != second && PasswordHash.verify("correct horse", first))
    #expect(!PasswordHash.verify("correct house", first))
    for damaged in [
      "", "scrypt$1$2", "scrypt$99999999999$8$1$00$00", "md5$1$1$1$00$00", "scrypt$1024$8$1$00$",
    ] {
      #expect(!PasswordHash.verify("", damaged))
    }
  }
}
