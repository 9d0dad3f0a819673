import Foundation

/// A second opinion on what is printed and sent: PyPI's jsonschema judges it by the published schemas.
package enum Schemas {
  private static let support = URL(filePath: #filePath).deletingLastPathComponent()
  private static let sources = support.appending(path: "../../../Sources").standardizedFileURL.path()

  /// What breaks the schema `NAME.schema.json`; empty where nothing does.
  ///
  /// - Throws: `FixtureError` where it was not judged: python3 needs jsonschema 4.0 or later.
  package static func faults(of document: String, by name: String) throws -> String {
    let directory = try TemporaryDirectory()
    let file = try directory.write("document.json", document)
    let script = support.appending(path: "check_document.py").path()
    let judged = try run("python3", [script, sources, name, file], in: directory)
    guard judged.status == 0, !judged.text.isEmpty else {
      throw FixtureError("not judged by \(name).schema.json:\n\(judged.text)\(document.prefix(300))")
    }
    return judged.text.hasSuffix("right\n") ? "" : judged.text
  }
}
