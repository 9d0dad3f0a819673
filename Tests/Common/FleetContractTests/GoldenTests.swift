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

  private static let checker = """
    import json, pathlib, sys
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource
    folder = pathlib.Path(sys.argv[1])
    schemas = [json.loads(path.read_text()) for path in sorted(folder.glob("*.schema.json"))]
    registry = Registry().with_resources((s["$id"], Resource.from_contents(s)) for s in schemas)
    for schema in schemas:
        Draft202012Validator.check_schema(schema)
    schema = json.loads((folder / (sys.argv[2] + ".schema.json")).read_text())
    errors = list(Draft202012Validator(schema, registry=registry).iter_errors(json.loads(sys.argv[3])))
    for error in errors: print(error)
    sys.exit(len(errors) > 0)
    """

  private static func python(_ arguments: [String]) -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c"] + arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return 127 }
    process.waitUntilExit()
    return process.terminationStatus
  }

  private static let hasJSONSchema = python(["import jsonschema, referencing"]) == 0

  @Test(.enabled(if: hasJSONSchema)) func `messages satisfy their schemas`() throws {
    for (name, payload) in try Samples.messages() {
      let text = String(decoding: payload, as: UTF8.self)
      #expect(Self.python([Self.checker, String(Self.schemas), name, text]) == 0, "\(name)")
      // A schema that accepts everything proves nothing.
      let wrong = text.replacing("\"1.0\"", with: "\"2.0\"")
      #expect(Self.python([Self.checker, String(Self.schemas), name, wrong]) == 1, "\(name)")
    }
  }
}
