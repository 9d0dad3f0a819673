import BrokerFixture
import Foundation
import SiteFixture
import Testing

/// What the commands on profiles print, and how they end.
@Suite(.timeLimit(.minutes(1))) struct ProfileCommandTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func profile(
    _ arguments: String..., language: String = "C.UTF-8", errors: Bool = false
  ) throws -> (status: CInt, text: String) {
    let words = ["LC_ALL=\(language)", Site.program("kadomori"), "profile"] + arguments
    return try run(
      "env", words + ["--profiles", Site.profiles, "--state", directory.path + "/state"], in: directory,
      errors: errors)
  }

  private static func scan(_ server: String) -> String {
    """
    {"v": "1.0", "scan": {"interface": "lan0", "networks": ["192.0.2.0/24"], "started": "2026-11-27T08:00:00Z",
      "duration_ms": 14000, "complete": true}, "findings": [],
     "devices": [{"id": "dev-1", "addresses": ["192.0.2.7"], "kind": "unknown", "confidence": 0, "services": [
       {"transport": "tcp", "port": 80, "protocol": "http", "exposure": ["lan"], "needed": "unknown",
        "facts": {"server": "\(server)"}}]}]}
    """
  }

  @Test func `match says which profile fits, and by what`() throws {
    let file = try directory.write("scan.json", Self.scan("Linux UPnP/1.0 Sonos/47.2-59120 (BR100)"))
    let told = try profile("match", file)
    #expect(
      told.text.contains("speaker-sonos") && told.text.contains("because of tcp/80 http: server"), "\(told)")
    #expect(told.text.contains("less well: music-player"), "\(told)")
    #expect(try profile("match", file, language: "ja_JP.UTF-8").text.contains("根拠: tcp/80 http: server"))
    let document = try profile("match", file, "--json").text
    #expect(try Schemas.faults(of: document, by: "profile-match") == "")
    #expect(document.contains("\"profile\" : \"speaker-sonos\""))
    let none = try directory.write("none.json", "[\(Self.scan("nginx"))]")
    #expect(try profile("match", none).text.contains("no profile fits"))
  }

  @Test func `match ends with the code that says why it cannot`() throws {
    let file = try directory.write("scan.json", Self.scan("nginx"))
    #expect(try profile("match", file, "--device", "192.0.2.7").status == 0)
    #expect(try profile("match", file, "--device", "192.0.2.8").status == 3)
    #expect(try profile("match", directory.path + "/none").status == 3)
    #expect(try profile("match").status == 3)
    #expect(try profile("match", try directory.write("bad.json", "{}")).status == 65)
  }

  @Test func `test tells an example that is not as its file says`() throws {
    let right = try profile("test", "--json")
    #expect(right.status == 0)
    #expect(try Schemas.faults(of: right.text, by: "profile-test") == "")
    let text = try String(contentsOfFile: Site.profiles + "/speaker-sonos.yaml", encoding: .utf8)
    let file = try directory.write(
      "speaker-sonos.yaml", text.replacing("_sonos._tcp _spotify", with: "_spotify"))
    let wrong = try profile("test", file, errors: true)
    #expect(wrong.status == 65 && wrong.text.contains("and should be speaker-sonos"), "\(wrong)")
    #expect(wrong.text.contains("1 of 2 examples"), "\(wrong)")
  }

  @Test func `list says where each comes from, and there is nothing to go back to`() throws {
    let list = try profile("list", "--json").text
    #expect(try Schemas.faults(of: list, by: "profile-list") == "")
    #expect(!list.contains("delivered") && list.contains("\"use\" : \"packaged\""))
    #expect(try profile("list").text.contains("147 profiles"))
    #expect(try profile("rollback").status == 3)
    #expect(try profile("rollback", "--packaged", "--newest").status == 64)
  }
}
