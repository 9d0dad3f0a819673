import Glibc

/// A directory of its own for one test, removed with everything in it.
package final class TemporaryDirectory {
  package let path: String

  package init() throws {
    var template = Array("/tmp/kadomori-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FixtureError("no temporary directory") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // mosquitto gives up root and must still reach its files.
    chmod(path, 0o755)
  }

  deinit { _ = try? ChildProgram("rm", ["-rf", path]).wait() }

  @discardableResult
  package func write(_ name: String, _ text: String) throws -> String {
    let file = path + "/" + name
    guard let stream = fopen(file, "w") else { throw FixtureError("cannot write \(file)") }
    fputs(text, stream)
    fclose(stream)
    return file
  }

  package func read(_ name: String) -> String {
    guard let stream = fopen(path + "/" + name, "r") else { return "" }
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    while case let byte = getc(stream), byte >= 0 { bytes.append(UInt8(byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
