import BrokerFixture
import FleetContract
import Foundation
import Posture
import Testing

/// The wire form, byte for byte, and a second opinion on it.
@Suite struct GoldenTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().path() + "golden/"
  private static let schemas =
    URL(filePath: #filePath).pathComponents.dropLast(4).joined(separator: "/")
    .dropFirst() + "/Sources/Common/FleetContract/schemas/"

  @Test func `messages are the golden bytes`() throws {
    for (name, payload) in try Samples.messages() {
      let golden = try Data(contentsOf: URL(filePath: Self.folder + name + ".json"))
      #expect(String(decoding: payload, as: UTF8.self) + "\n" == String(decoding: golden, as: UTF8.self))
    }
  }

  /// A word that is not in its list would have every message with it refused by who validates.
  @Test func `schemas list every word`() throws {
    func schema(_ name: String) throws -> String {
      try String(contentsOfFile: String(Self.schemas) + name + ".schema.json", encoding: .utf8)
    }
    let (device, event) = (try schema("device"), try schema("device-event"))
    for remark in Remark.allCases { #expect(device.contains("\"\(remark.rawValue)\"")) }
    let (result, command) = (try schema("result"), try schema("command-document"))
    for state in CommandState.allCases { #expect(result.contains("\"\(state.rawValue)\"")) }
    for code in CommandRefusal.Code.allCases { #expect(result.contains(code.rawValue)) }
    for verb in CommandVerb.allCases {
      #expect(command.contains("\"\(verb.rawValue)\"") && result.contains("\"\(verb.rawValue)\""))
    }
    let closing = try schema("closing-event")
    for change in ClosingChange.Event.allCases { #expect(closing.contains("\"\(change.rawValue)\"")) }
    for state in ClosingEvent.Closing.State.allCases { #expect(closing.contains("\"\(state.rawValue)\"")) }
    for outcome in ClosingCheck.Outcome.allCases { #expect(closing.contains("\"\(outcome.rawValue)\"")) }
    for change in DeviceChange.Event.allCases { #expect(event.contains("\"\(change.rawValue)\"")) }
  }

  @Test func `messages satisfy their schemas`() throws {
    for (name, payload) in try Samples.messages() {
      let text = String(decoding: payload, as: UTF8.self)
      #expect(try Schemas.faults(of: text, by: name) == "", "\(name)")
      // A schema that accepts everything proves nothing.
      let wrong = text.replacing("\"1.0\"", with: "\"2.0\"")
      #expect(try Schemas.faults(of: wrong, by: name) != "", "\(name)")
    }
  }

  /// What nobody here writes or reads yet, but a provider's own program may.
  @Test func `notices and bundles satisfy their schema`() throws {
    for name in ["note-notice", "note-bundle"] {
      let text = try String(contentsOfFile: Self.folder + name + ".json", encoding: .utf8)
      #expect(try Schemas.faults(of: text, by: "note") == "", "\(name)")
      for (right, wrong) in [
        ("\"kind\":\"note\"", "\"kind\":\"ack\""), ("\"bod", "\"lost"), ("\"state\"", "\"status\""),
        ("\"sig\"", "\"signed_by\""),
      ]
      where text.contains(right) {
        #expect(
          try Schemas.faults(of: text.replacing(right, with: wrong), by: "note") != "", "\(name): \(wrong)")
      }
    }
  }
}
