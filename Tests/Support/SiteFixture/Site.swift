import Foundation
package import Lab

/// A lab LAN, and the programs under test on its gateway and on its internet side.
///
/// Needs root and the packages that `kadomori-lab deps` names.
package struct Site {
  package let lab: LabRun
  /// Removed with the lab.
  package let directory: String

  /// Builds the lab; `loss` is in percent, each way.
  package init(_ plan: LabPlan = .home, only personas: Set<String> = [], loss: Int = 0) throws {
    var options = LabRun.Options()
    options.only = personas
    options.loss = loss
    lab = try LabRun.up(plan, options)
    directory = lab.document.directory + "/test"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  package func down() { try? lab.down() }

  /// A program that was built beside the tests.
  package static func program(_ name: String) -> String {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appending(path: name).path
  }

  package static let profiles = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../firmware-profiles").standardizedFileURL.path

  package static let environment = ["KADOMORI_PROFILES": profiles, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"]

  /// Runs the agent's program on the gateway.
  package func kadomori(_ arguments: String..., limit: Duration = .seconds(60)) throws -> CommandResult {
    try kadomori(arguments, limit: limit)
  }

  package func kadomori(_ arguments: [String], limit: Duration = .seconds(60)) throws -> CommandResult {
    try lab.exec(
      in: "gw", [Self.program("kadomori")] + arguments, environment: Self.environment, limit: limit)
  }

  /// Starts the agent on the gateway with this configuration; its state and log are in the directory.
  package func startAgent(_ configuration: String) throws -> LabProcess {
    let file = directory + "/kadomori.yaml"
    try configuration.write(toFile: file, atomically: true, encoding: .utf8)
    return try lab.start(
      in: "gw",
      [
        Self.program("kadomori"), "run", "--config", file, "--state", directory + "/state", "--runtime",
        directory + "/run",
      ], environment: Self.environment, log: directory + "/agent.log")
  }

  /// Asks until the answer is there, with a bound.
  package func until<Value>(
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
