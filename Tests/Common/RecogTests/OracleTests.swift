import Foundation
import Testing

@testable import Recog

/// Recog's own examples, from the folder that `KADOMORI_RECOG` names.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["KADOMORI_RECOG"] != nil))
struct OracleTests {
  let folder = URL(fileURLWithPath: ProcessInfo.processInfo.environment["KADOMORI_RECOG"] ?? "/")

  /// The fingerprint files, in the order of their names.
  func files() throws -> [(name: String, bytes: [UInt8])] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".xml") }.sorted()
      .map { ($0, Array(try Data(contentsOf: folder.appendingPathComponent($0)))) }
  }

  func text(of example: RecogExample, in file: RecogFile) throws -> [UInt8] {
    switch example.content {
    case .bytes(let bytes): return bytes
    case .file(let name):
      let stem = String(file.header.name.dropLast(4))
      return Array(try Data(contentsOf: folder.appendingPathComponent(stem).appendingPathComponent(name)))
    }
  }

  @Test("Every example matches its fingerprint, has the fields it states, and is found first")
  func examples() throws {
    let files = try files()
    let (base, faults) = RecogBase.load(files: files)
    #expect(faults.isEmpty)
    var count = 0
    for (name, bytes) in files {
      let file = RecogFile(name: name, bytes)
      for fingerprint in file.fingerprints {
        for example in fingerprint.examples {
          count += 1
          let text = try text(of: example, in: file)
          let place = "\(name):\(example.line)"
          guard let fields = fingerprint.fields(of: text) else {
            Issue.record("\(place) does not match")
            continue
          }
          for (field, value) in example.fields {
            #expect(fields[field] ?? "" == value, "\(place): \(field)")
          }
          let match = base.match(text, as: file.header.key)
          #expect(match?.fields == fields, "\(place) is found by line \(match?.line ?? 0)")
        }
      }
    }
    print("\(base.count) fingerprints, \(count) examples")
    #expect(count > 7000)
  }
}
