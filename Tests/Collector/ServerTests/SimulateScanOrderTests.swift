import BrokerFixture
import Foundation
import Testing

/// `simulate scan-order` as a person gives it.
@Suite struct SimulateScanOrderTests {
  private static func run(_ arguments: String..., in directory: TemporaryDirectory) throws -> (CInt, String) {
    let small = ["simulate", "scan-order", "--prefixes", "32", "--providers", "3", "--rounds", "2"]
    return try BrokerFixture.run(CollectorProgram.path, small + arguments, in: directory, errors: false)
  }

  @Test func itPrintsATableAndDrawsACurve() throws {
    let directory = try TemporaryDirectory()
    let (status, text) = try Self.run("--svg", directory.path + "/curve.svg", in: directory)
    #expect(status == 0)
    let rows = text.split(separator: "\n")
    #expect(rows.count == 7 && rows[0].hasPrefix("ORDER"), "\(text)")
    #expect(rows[1].hasPrefix("kadomori ") && rows[6].hasSuffix("1.00 ± 0.00"), "\(text)")
    let picture = directory.read("curve.svg")
    #expect(picture.hasPrefix("<svg ") && picture.contains("synthetic"))
  }

  @Test(arguments: ["structured", "none"]) func theDocumentKeepsItsSchema(_ world: String) throws {
    let directory = try TemporaryDirectory()
    let (status, text) = try Self.run("--json", "--world", world, in: directory)
    #expect(status == 0)
    #expect(try Schemas.faults(of: text, by: "scan-order") == "")
  }

  @Test(arguments: [
    ["--prefixes", "15"], ["--providers", "1"], ["--rounds", "0"], ["--survey", "1.1"], ["--budget", "0"],
    ["--explore", "0"], ["--world", "real"],
  ])
  func whatCannotBeMeantIsRefused(_ arguments: [String]) throws {
    let directory = try TemporaryDirectory()
    let (status, _) = try BrokerFixture.run(
      CollectorProgram.path, ["simulate", "scan-order"] + arguments, in: directory)
    #expect(status == 64)
  }
}
