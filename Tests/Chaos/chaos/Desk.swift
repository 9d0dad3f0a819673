import BrokerFixture
import Foundation
import Glibc

/// The files over which the one who kills and the one who is killed understand each other.
///
/// They lie on a disk that is never full, and hold what a process wrote before it was killed: the kernel has it.
struct Desk {
  let directory: String

  /// A line for every finding that the agent has brought to its disk, in their order.
  var ledger: String { directory + "/kept" }
  /// Up to which finding the agent may report.
  private var allowance: String { directory + "/allowed" }
  /// Written when the agent has nothing left to deliver: the highest number that it gave.
  private var end: String { directory + "/end" }
  /// The name of the agent's gateway.
  private var name: String { directory + "/gateway" }
  var settings: String { directory + "/kadomori.yaml" }

  func allow(_ finding: Int) throws { try put("\(finding)", allowance) }
  var allowed: Int { number(allowance) ?? 0 }
  func ended(at number: Int64) throws { try put("\(number)", end) }
  var lastNumber: Int64? { number(end).map(Int64.init) }
  func called(_ gateway: String) throws { try put(gateway, name) }
  var gateway: String? { text(name) }

  /// How many findings the ledger holds, of which every line is the next number.
  func kept() throws -> Int {
    let lines = (text(ledger) ?? "").split(separator: "\n")
    for (index, line) in lines.enumerated() where Int(line) != index + 1 {
      throw FixtureError("line \(index + 1) of \(ledger) is '\(line)'")
    }
    return lines.count
  }

  /// How many findings the ledger holds, by its length alone.
  var keptLength: Int {
    var facts = stat()
    return stat(ledger, &facts) == 0 ? Int(facts.st_size) / Self.lineLength : 0
  }

  /// Lines of one length, so that its size tells how many there are.
  static let lineLength = 10
  static func line(_ finding: Int) -> String {
    String(repeating: "0", count: max(0, lineLength - 1 - String(finding).count)) + "\(finding)\n"
  }

  private func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
  private func number(_ path: String) -> Int? { text(path).flatMap { Int($0) } }
  /// Replaces the file, so that nobody reads half a number.
  private func put(_ text: String, _ path: String) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }
}
