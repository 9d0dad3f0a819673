import Foundation
import Lab
import Posture
import Testing

/// A lab with a home LAN, and the program under test on its gateway.
///
/// Needs root and the packages that `kadomori-lab deps` names.
struct Site {
  let lab: LabRun
  let directory: String

  init(_ plan: LabPlan = .home, only personas: Set<String> = []) throws {
    var options = LabRun.Options()
    options.only = personas
    lab = try LabRun.up(plan, options)
    directory = lab.document.directory + "/test"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  func down() { try? lab.down() }

  /// The program that was built beside the tests.
  static let program: String = {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appending(path: "kadomori").path
  }()

  static let profiles = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../firmware-profiles").standardizedFileURL.path

  static let environment = ["KADOMORI_PROFILES": profiles, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"]

  /// Runs the program on the gateway.
  func kadomori(_ arguments: String..., limit: Duration = .seconds(60)) throws -> CommandResult {
    try lab.exec(in: "gw", [Self.program] + arguments, environment: Self.environment, limit: limit)
  }

  func scan() throws -> PostureReport {
    let result = try kadomori("scan", "--interface", "lan0", "--json", "--state", directory)
    try #require(result.status == 0, "\(result.errorText)")
    return try JSONDecoder().decode(PostureReport.self, from: result.output)
  }

  /// Asks until the answer satisfies, with a bound.
  func until<Value>(
    _ what: String, seconds: Double = 30, _ ask: () throws -> Value?
  ) throws -> Value {
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end {
      if let value = try ask() { return value }
      usleep(50_000)
    }
    throw LabError(.failed, "\(what): not within \(seconds) s")
  }
}
