import Testing

@testable import Recog

struct RecogTests {
  private func file(_ body: String, _ attributes: String = "matches='ssh.banner'", name: String = "ssh.xml")
    -> RecogFile
  {
    RecogFile(
      Array("<fingerprints \(attributes)>\n\(body)\n</fingerprints>".utf8), name: name, keepingExamples: true)
  }

  private let dropbear = """
    <fingerprint pattern='^dropbear_([\\d.]+)(?:-(\\w+))?$'>
    <description>A small server</description>
    <example service.version='2022.83'>dropbear_2022.83</example>
    <param pos='0' name='service.product' value='Dropbear'/>
    <param pos='1' name='service.version'/>
    <param pos='2' name='_tmp.rest'/>
    <param pos='0' name='service.cpe23' value='cpe:/a:x:dropbear:{service.version}'/>
    <param pos='0' name='os.cpe23' value='cpe:/o:x:y:{os.version}'/>
    <param pos='0' name='hw.product' value='{nothing.known} box'/>
    </fingerprint>
    """

  @Test func givesTheFieldsOfAMatch() throws {
    let file = file(dropbear, "matches='ssh.banner' protocol='ssh'")
    #expect(file.faults.isEmpty && file.fingerprints.first?.examples.count == 1)
    let match = try #require(RecogBase([file]).match("dropbear_2022.83-x", as: "ssh.banner"))
    #expect(match.description == "A small server" && match.file == "ssh.xml" && match.line == 2)
    #expect(
      match.fields == [
        "service.product": "Dropbear", "service.version": "2022.83", "service.protocol": "ssh",
        "service.cpe23": "cpe:/a:x:dropbear:2022.83", "os.cpe23": "cpe:/o:x:y:-",
      ])
    #expect(RecogBase([file]).match("dropbear_2022.83", as: "http_header.server") == nil)
    #expect(RecogBase([file]).match("OpenSSH_9.2p1", as: "ssh.banner") == nil)
  }

  @Test func theFirstOfTheFileAndThePreferredFileWin() {
    func one(_ name: String, _ preference: String) -> RecogFile {
      file(
        "<fingerprint pattern='a'><param pos='0' name='n' value='\(name)'/></fingerprint>"
          + "<fingerprint pattern='ab'><param pos='0' name='n' value='second'/></fingerprint>",
        "matches='k' preference='\(preference)'", name: name)
    }
    #expect(RecogBase([one("x", "0.1"), one("y", "0.9")]).match("ab", as: "k")?.fields["n"] == "y")
  }

  /// What is wrong is told with its line, and the rest is used.
  @Test func faultsDoNotTakeTheRestAway() {
    let file = file(
      """
      <fingerprint pattern='(?=x)'><param pos='0' name='n' value='1'/></fingerprint>
      <fingerprint><param pos='0' name='n' value='2'/></fingerprint>
      <fingerprint pattern='ok' flags='REG_ODD'><param pos='9' name='n'/><param pos='0' name='n' value='3'/></fingerprint>
      """)
    #expect(file.faults.map(\.line) == [2, 3, 4, 4])
    #expect(RecogBase([file]).match("ok", as: "ssh.banner")?.fields == ["n": "3"])
  }

  @Test func aBrokenFileKeepsWhatCameBefore() {
    let broken = RecogFile(Array("<fingerprints matches='k'>\(dropbear)<fingerprint".utf8), name: "b.xml")
    #expect(broken.fingerprints.count == 1 && broken.faults.count == 1)
    let typed = RecogFile(Array("<!DOCTYPE x><fingerprints/>".utf8), name: "t.xml")
    #expect(typed.fingerprints.isEmpty && typed.faults.first?.reason.contains("document type") == true)
  }

  @Test func readsExamplesInBase64() {
    let file = file("<fingerprint pattern='a'><example _encoding='base64'>YQ0K\n/w==</example></fingerprint>")
    #expect(file.fingerprints.first?.examples.first?.bytes == [0x61, 0x0d, 0x0a, 0xff])
  }
}
