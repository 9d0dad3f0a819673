import Patterns
import Testing

@testable import Recog

/// A base of one file.
func base(_ fingerprints: String, name: String = "test.xml", header: String = "matches='test'") -> (
  RecogBase, [RecogFault]
) {
  let (base, faults) = RecogBase.load(files: [file(fingerprints, name: name, header: header)])
  return (base, faults)
}

func file(_ fingerprints: String, name: String = "test.xml", header: String = "matches='test'") -> (
  name: String, bytes: [UInt8]
) {
  (name, Array("<?xml version='1.0'?>\n<fingerprints \(header)>\n\(fingerprints)\n</fingerprints>".utf8))
}

@Suite struct RecogTests {
  static let server = """
    <fingerprint pattern="^Acme[ /]([\\d.]+)(?: \\((\\w+)\\))?$" flags="REG_ICASE" certainty="0.75">
      <description> Acme web server
      </description>
      <example service.version="1.2">Acme/1.2</example>
      <example _encoding="base64" service.version="2" os.product="Linux">QWNtZS8yIChMaW51eCk=</example>
      <example _filename="banner.txt">ignored</example>
      <param pos="0" name="service.vendor" value="Acme"/>
      <param pos="1" name="service.version"/>
      <param pos="2" name="os.product"/>
      <param pos="0" name="service.cpe23" value="cpe:/a:acme:server:{service.version}"/>
      <param pos="0" name="os.cpe23" value="cpe:/o:{os.product}:x:{os.version}"/>
      <param pos="0" name="hw.product" value="Box for {os.product}"/>
    </fingerprint>
    """

  @Test("A match has its constants, captures and what is filled in from them")
  func fields() throws {
    let (base, faults) = base(Self.server, header: "matches='http_header.server' protocol='http'")
    #expect(faults.isEmpty)
    #expect(base.keys == ["http_header.server"])
    let match = try #require(base.match("ACME/2.4 (Linux)", as: "http_header.server"))
    #expect(
      match.fields == [
        "service.vendor": "Acme", "service.version": "2.4", "os.product": "Linux",
        "service.cpe23": "cpe:/a:acme:server:2.4", "os.cpe23": "cpe:/o:Linux:x:-",
        "hw.product": "Box for Linux",
      ])
    #expect(match.description == "Acme web server")
    #expect(match.protocolName == "http")
    #expect(match.certainty == 0.75)
    #expect((match.file, match.line) == ("test.xml", 3))
    #expect(base.match("Acme/2.4", as: "ssh.banner") == nil)
    #expect(base.match("Emca/2.4", as: "http_header.server") == nil)
  }

  @Test("What captured nothing is no field, and leaves out or dashes what needs it")
  func missing() throws {
    let match = try #require(base(Self.server).0.match("acme 1", as: "test"))
    #expect(match.fields["os.product"] == nil)
    #expect(match.fields["hw.product"] == nil)
    #expect(match.fields["os.cpe23"] == "cpe:/o:-:x:-")
  }

  @Test("A device cannot have names filled in")
  func injection() throws {
    let (base, _) = base(
      """
      <fingerprint pattern="^(.*)$"><description>d</description>
        <param pos="0" name="a" value="secret"/><param pos="1" name="b"/>
        <param pos="0" name="c" value="<{b}>"/>
      </fingerprint>
      """.replacing("<{b}>", with: "[{b}]"))
    let match = try #require(base.match("{a}", as: "test"))
    #expect(match.fields == ["a": "secret", "b": "{a}", "c": "[{a}]"])
  }

  @Test("The first in the file wins, and of two files the one with the higher preference")
  func order() {
    func fingerprint(_ pattern: String, _ name: String) -> String {
      "<fingerprint pattern='\(pattern)'><description>\(name)</description>"
        + "<param pos='0' name='n' value='v'/></fingerprint>"
    }
    let files = [
      file(fingerprint("a", "default"), name: "test.xml", header: ""),
      file(fingerprint("b", "low") + fingerprint("bb", "never"), header: "matches='test' preference='.20'"),
      file(fingerprint("ab", "high"), header: "matches='test' preference='0.90'"),
    ]
    let (base, faults) = RecogBase.load(files: files)
    #expect(faults.isEmpty)
    #expect(base.match("xab", as: "test")?.description == "high")
    #expect(base.match("bba", as: "test")?.description == "low")
    #expect(base.match("a", as: "test")?.description == "default")
    #expect(base.match("x", as: "test") == nil)
    #expect(RecogBase.load(files: files, keys: ["other"]).base.count == 0)
    #expect(RecogBase.load(files: files + files, keys: ["test"]).base.count == 8)
  }

  @Test("Examples are kept with the file, whatever they are written in")
  func examples() throws {
    let (name, bytes) = file(Self.server)
    let file = RecogFile(name: name, bytes)
    let examples = try #require(file.fingerprints.first).examples
    #expect(
      examples.map(\.content) == [
        .bytes(Array("Acme/1.2".utf8)), .bytes(Array("Acme/2 (Linux)".utf8)), .file("banner.txt"),
      ])
    #expect(examples[1].fields == ["service.version": "2", "os.product": "Linux"])
    #expect(file.header.preference == 0.1)
  }
}
