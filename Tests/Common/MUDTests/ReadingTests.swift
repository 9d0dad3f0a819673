import MUD
import Posture
import Testing

struct ReadingTests {
  @Test func whatTheMakerSays() throws {
    let file = try Document.file(
      about:
        #""cache-validity": 12, "systeminfo": "A \u006camp\u001b[31m", "mfg-name": "Maker", "new": {"x": 1.5e3},"#
        + #""model-name": "L1","#)
    #expect(file.url.text == "https://maker.example/lamp.json" && file.manufacturer == "Maker")
    #expect(
      file.systemInfo == "A lamp [31m" && file.model == "L1" && file.cacheValidity == 12 && file.isSupported)
    #expect(file.lastUpdate == WallTime("2026-11-22T14:19:00Z"))
    #expect(try Document.file().cacheValidity == 48)
  }

  @Test(arguments: [
    (#""mud-version": 1"#, #""mud-version": 2"#, "/ietf-mud:mud/mud-version", "only version 1"),
    (#""mud-version": 1,"#, "", "/ietf-mud:mud", "'mud-version' is missing"),
    ("https://maker", "http://maker", "/ietf-mud:mud/mud-url", "https://"),
    ("2026-11-22T23:19:00+09:00", "2026-11-22", "/ietf-mud:mud/last-update", "date and time"),
    (#""is-supported": true"#, #""is-supported": "yes""#, "/ietf-mud:mud/is-supported", "a text, not true"),
    (#""is-supported": true"#, #""is-supported": true, "cache-validity": 169"#, "cache-validity", "1 to 168"),
    (#"[{"name": "to"}]"#, #"[{"name": "gone"}]"#, "access-list/0/name", "no access list"),
    (#""port": 80"#, #""port": 65536"#, "ace/0/matches/tcp/destination-port/port", "65536"),
    (#""operator": "eq""#, #""operator": "near""#, "ace/0/matches/tcp/destination-port", "'near'"),
    (#""forwarding": "accept""#, #""forwarding": "maybe""#, "ace/0/actions/forwarding", "'maybe'"),
    (#""type""#, #""name": "to", "type""#, "line 4", "stands twice"),
    (#"{"ietf-mud:mud": {"#, #"{"ietf-mud:mud": {,"#, "line 1, column 19", "a name in quotes"),
  ]) func aMistakeIsToldWithItsPlace(part: String, wrong: String, place: String, problem: String) throws {
    let entry = Document.entry(#""tcp": {"destination-port": {"operator": "eq", "port": 80}}"#)
    let text = Document.text(to: [entry])
    #expect(text.contains(part))
    let error = #expect(throws: MUDError.self) {
      try MUDFile(Array(text.replacing(part, with: wrong, maxReplacements: 1).utf8), name: "lamp.json")
    }
    #expect(error?.description.hasPrefix("lamp.json: ") == true)
    #expect(error?.place.contains(place) == true, "\(error?.place ?? "")")
    #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
  }

  @Test func everythingHasALimit() throws {
    func problem(_ text: String) -> String {
      do throws(MUDError) { _ = try MUDFile(Array(text.utf8), name: "f") } catch { return error.problem }
      return ""
    }
    #expect(problem(String(repeating: "[", count: 100_000)) == "is nested more than 24 levels deep")
    #expect(problem(Document.text() + String(repeating: " ", count: 262_144)) == "is larger than 256 kB")
    let entry = Document.entry("")
    #expect(
      problem(
        Document.text(to: Array(repeating: entry, count: 500), from: Array(repeating: entry, count: 500)))
        == "")
    let many = Document.text(
      to: Array(repeating: entry, count: 600), from: Array(repeating: entry, count: 401))
    #expect(problem(many) == "has 401 entries; at most 400 are read")
    let refusal = Document.entry(#""tcp": {"destination-port": {"operator": "eq", "port": 80}}"#, "drop")
    #expect(problem(Document.text(to: Array(repeating: refusal, count: 64))) == "")
    #expect(
      problem(Document.text(to: Array(repeating: refusal, count: 65))).hasPrefix("allows or refuses too much")
    )
    let pieces = (0..<64).map { refusal.replacing("80", with: "\($0 * 2)") }
    let hosts = (0..<100).map { Document.entry(#""ipv4": {"ietf-acldns:src-dnsname": "\#($0).example"}"#) }
    let anyone = pieces + (0..<100).map { _ in hosts }.flatMap(\.self).prefix(900)
    #expect(problem(Document.text(to: anyone)).hasPrefix("allows or refuses too much"))
    let lists = (0..<65).map { #"{"name": "l\#($0)"}"# }.joined(separator: ",")
    #expect(
      problem(Document.text().replacing(#""acl": ["#, with: #""acl": [\#(lists),"#)).hasSuffix(
        "at most 64 are read"))
  }
}
