import BrokerFixture
import Foundation
import Testing

/// `simulate restoration` as a person gives it.
@Suite struct SimulateProgramTests {
  private static func run(_ arguments: String..., in directory: TemporaryDirectory) throws -> (CInt, String) {
    let small = ["simulate", "restoration", "--gateways", "5000", "--capacity", "50"]
    return try BrokerFixture.run(CollectorProgram.path, small + arguments, in: directory, errors: false)
  }

  @Test func itPrintsATableAndDrawsACurve() throws {
    let directory = try TemporaryDirectory()
    let picture = directory.path + "/curve.svg"
    let (status, text) = try Self.run("--svg", picture, in: directory)
    #expect(status == 0)
    let rows = text.split(separator: "\n")
    #expect(rows.count == 8 && rows[0].hasPrefix("POLICY"), "\(text)")
    #expect(rows.contains { $0.hasPrefix("kadomori ") && $0.contains("100.0 %") }, "\(text)")
    #expect(directory.read("curve.svg").hasPrefix("<svg "))
  }

  @Test func aLivelockIsPrintedAsOne() throws {
    let directory = try TemporaryDirectory()
    let (status, text) = try Self.run(
      "--reject-cost", "0.8", "--policy", "libmosquitto", "--policy", "kadomori", in: directory)
    let rows = text.split(separator: "\n")
    #expect(status == 0 && rows.count == 3)
    #expect(rows[1].hasSuffix("LIVELOCK") && !rows[2].contains("LIVELOCK"), "\(text)")
  }

  @Test(arguments: ["at-once", "substations", "feeders", "slow"])
  func theDocumentKeepsItsSchema(_ scenario: String) throws {
    let directory = try TemporaryDirectory()
    let (status, text) = try Self.run("--json", "--scenario", scenario, "--reject-cost", "0.8", in: directory)
    #expect(status == 0)
    #expect(try Schemas.faults(of: text, by: "restoration") == "")
  }

  @Test(arguments: [
    ["--gateways", "0"], ["--gateways", "10000001"], ["--capacity", "0"], ["--capacity", "nan"],
    ["--capacity-error", "-1"], ["--reject-cost", "1"], ["--window", "31536000"], ["--window", "-1"],
    ["--critical-share", "0.6", "--low-share", "0.6"], ["--scenario", "never"], ["--policy", "hope"],
    ["--hint-delay", "601"],
  ])
  func whatCannotBeMeantIsRefused(_ arguments: [String]) throws {
    let directory = try TemporaryDirectory()
    let (status, _) = try BrokerFixture.run(
      CollectorProgram.path, ["simulate", "restoration"] + arguments, in: directory)
    #expect(status == 64)
  }

  @Test func aPictureThatCannotBeWrittenIsTold() throws {
    let directory = try TemporaryDirectory()
    let (status, _) = try Self.run("--svg", directory.path + "/missing/curve.svg", in: directory)
    #expect(status == 73)
  }
}
