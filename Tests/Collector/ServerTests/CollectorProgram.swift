import BrokerFixture
import Foundation

/// The program under test, and the checker of what it prints.
enum CollectorProgram {
  static let path: String = {
    let marker = "/debug/"
    let path = CommandLine.arguments.first { $0.contains(marker) } ?? ".build/debug/"
    let end = path.range(of: marker)?.upperBound ?? path.endIndex
    return path[..<end] + "kadomori-collector"
  }()

  static let hasJSONSchema =
    (try? ChildProgram("python3", ["-c", "import jsonschema, referencing"]).wait()) == 0

  /// Has python compare a document with the schema of its command.
  static func satisfies(_ schema: String, _ document: String) throws -> Bool {
    let root = "/" + URL(filePath: #filePath).pathComponents.dropFirst().dropLast(4).joined(separator: "/")
    let checker = """
      import json, pathlib, sys
      from jsonschema import Draft202012Validator
      from referencing import Registry, Resource
      root = pathlib.Path(sys.argv[1])
      folders = [root / "Common/FleetContract/schemas", root / "Collector/kadomori-collector/schemas"]
      schemas = [json.loads(p.read_text()) for f in folders for p in f.glob("*.schema.json")]
      registry = Registry().with_resources((s["$id"], Resource.from_contents(s)) for s in schemas)
      [schema] = [s for s in schemas if s["$id"].endswith("/" + sys.argv[2] + ".schema.json")]
      Draft202012Validator(schema, registry=registry).validate(json.loads(pathlib.Path(sys.argv[3]).read_text()))
      """
    return try ChildProgram("python3", ["-c", checker, root + "/Sources", schema, document]).wait() == 0
  }
}
