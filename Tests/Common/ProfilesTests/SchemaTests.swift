import Posture
import Settings
import Testing

struct SchemaTests {
  /// The closed lists of the schema are those of the code; JSON is YAML, so our own reader reads it.
  @Test func listsAreThoseOfTheCode() throws {
    let schema = try Node(contentsOf: profileFolder + "/profile.schema.json")
    func list(_ name: String) -> [String] {
      schema["$defs"]?[name]?["enum"]?.items?.compactMap(\.text) ?? []
    }
    #expect(list("kind") == DeviceKind.allCases.map(\.rawValue))
    #expect(list("protocol") == ServiceProtocol.allCases.map(\.rawValue))
    #expect(list("fact") == ServiceFact.allCases.map(\.rawValue))
    let service = schema["$defs"]?["servicePattern"]?["properties"]
    #expect(ServiceFact.allCases.allSatisfy { service?[$0.rawValue] != nil })
  }
}
