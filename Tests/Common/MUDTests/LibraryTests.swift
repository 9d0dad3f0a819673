import Addresses
import MUD
import Posture
import Testing

struct LibraryTests {
  private let web = Document.entry(
    #"\#(Document.local), "tcp": {"destination-port": {"operator": "eq", "port": 80}}"#)

  private func device(_ url: String?, needed: Need = .unknown) -> Device {
    var device = Device(id: "dev-a")
    device.facts[.mudURL] = url
    device.services = [
      Service(port: .tcp(80), protocol: .http, needed: needed, neededBy: needed == .unknown ? nil : .profile),
      Service(
        port: .tcp(8080), protocol: .http, needed: needed, neededBy: needed == .unknown ? nil : .profile),
    ]
    return device
  }

  private func library(_ texts: String...) throws -> MUDLibrary {
    var library = MUDLibrary()
    for (index, text) in texts.enumerated() { try library.add(Array(text.utf8), name: "\(index).json") }
    return library
  }

  @Test func theMakersWordCountsWhereNoProfileHasOne() throws {
    let library = try library(Document.text(to: [web]))
    let url = "https://maker.example/lamp.json"
    let judged = library.applied(to: device(url)).services
    #expect(judged.map(\.needed) == [.yes, .no] && judged.map(\.neededBy) == [.mud, .mud])
    for word in [Need.yes, .no] {
      let kept = library.applied(to: device(url, needed: word)).services
      #expect(kept.map(\.needed) == [word, word] && kept.map(\.neededBy) == [.profile, .profile])
    }
    #expect(library.applied(to: device(nil)).services.map(\.needed) == [.unknown, .unknown])
  }

  @Test(arguments: [
    ("HTTPS://Maker.EXAMPLE/lamp.json", true), ("https://maker.example/LAMP.json", false),
    ("https://maker.example/lamp.json?v=2", false), ("http://maker.example/lamp.json", false),
    ("https://maker.example:443/lamp.json", false), ("https://user@maker.example/lamp.json", false),
    ("https:///lamp.json", false), ("https://maker.example/lamp.json\u{1b}", false), ("", false),
  ]) func aDeviceAndItsFileFindEachOther(url: String, fits: Bool) throws {
    let library = try library(Document.text())
    #expect((library.file(of: device(url)) != nil) == fits)
  }

  @Test func theLaterFileCounts() throws {
    let later = Document.text(to: [web]).replacing("2026-11-22", with: "2026-11-23")
    for library in [try library(Document.text(), later), try library(later, Document.text())] {
      #expect(
        library.count == 1
          && library.applied(to: device("https://maker.example/lamp.json")).services[0].needed == .yes)
      #expect(
        library.notes.count == 1 && library.notes[0].contains("is a later file for https://maker.example/"))
    }
  }

  @Test func whatIsNotHereIsNamed() throws {
    let library = try library(Document.text())
    let devices = [
      "https://b.example/x", "https://A.example/x", "https://maker.example/lamp.json", "nonsense", nil,
      "https://b.example/x",
    ].map { device($0) }
    #expect(library.missing(on: devices).map(\.text) == ["https://a.example/x", "https://b.example/x"])
  }
}
