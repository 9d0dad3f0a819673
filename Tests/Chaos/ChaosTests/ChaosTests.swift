import BrokerFixture
import Foundation
import Testing

/// Real programs are killed while findings flow; `packaging/chaos` does the same for longer.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ChaosTests {
  private static let program: String = {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appending(path: "chaos").path
  }()

  /// Runs a program on a thread that may block: the other tests need those of the pool.
  private static func run(_ name: String, _ arguments: [String], output: String) async throws -> CInt {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(with: Result { try ChildProgram(name, arguments, output: output).wait() })
      }
    }
  }

  @Test func `every finding is stored exactly once, whoever is killed`() async throws {
    let directory = try TemporaryDirectory()
    // Its small disks are mounted where nobody else sees them.
    let space = geteuid() == 0 ? ["--mount"] : ["--map-root-user", "--mount"]
    let status = try await Self.run(
      "unshare", space + [Self.program, "run", "25", "300", "20261126"], output: directory.path + "/said")
    let said = directory.read("said")
    #expect(status == 0, "\(said)")
    #expect(said.contains("kills: 25") && said.contains("findings stored exactly once: 300 of 300"))
  }
}
