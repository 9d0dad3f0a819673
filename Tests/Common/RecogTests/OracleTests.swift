import Foundation
import Patterns
import Testing

@testable import Recog

/// The files of the Recog project hold examples of their own, and each must come out right.
///
/// They are not part of this
/// repository: `KADOMORI_RECOG` names the folder that holds them.
@Suite(
  .enabled(if: ProcessInfo.processInfo.environment["KADOMORI_RECOG"] != nil, "KADOMORI_RECOG names no folder")
)
struct OracleTests {
  private static func files() throws -> [RecogFile] {
    let folder = ProcessInfo.processInfo.environment["KADOMORI_RECOG"] ?? ""
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".xml") }
    try #require(!names.isEmpty, "no XML file in \(folder)")
    return try names.sorted().map { name in
      let data = try Data(contentsOf: URL(fileURLWithPath: folder).appending(path: name))
      return RecogFile(Array(data), name: name, keepingExamples: true)
    }
  }

  @Test func everyExampleComesOutRight() throws {
    var examples = 0
    var wrong: [String] = []
    let files = try Self.files()
    for file in files {
      #expect(file.faults.isEmpty, "\(file.faults.prefix(3))")
      for fingerprint in file.fingerprints {
        for example in fingerprint.examples {
          examples += 1
          guard let fields = fingerprint.match(PatternText(example.bytes)) else {
            wrong.append("\(file.name), line \(example.line): no match")
            continue
          }
          for (name, value) in example.fields where fields[name] != value {
            wrong.append(
              "\(file.name), line \(example.line): \(name) is \(fields[name] ?? "-"), not \(value)")
          }
        }
      }
    }
    print(
      "\(files.reduce(0) { $0 + $1.fingerprints.count }) fingerprints, \(examples) examples, \(wrong.count) wrong"
    )
    #expect(examples > 7000)
    #expect(wrong.isEmpty, "\(wrong.prefix(20).joined(separator: "\n"))")
  }
}
