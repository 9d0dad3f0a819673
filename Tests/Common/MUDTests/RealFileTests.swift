import Addresses
import Foundation
import MUD
import Posture
import Testing

/// The files that UNSW Sydney generated from the traffic of 28 devices (Hamza et al., "Clear as MUD", 2018), in the
/// folder that `KADOMORI_MUD` names.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["KADOMORI_MUD"] != nil))
struct RealFileTests {
  let folder = URL(fileURLWithPath: ProcessInfo.processInfo.environment["KADOMORI_MUD"] ?? "/")

  private func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  private func files() throws -> [String: MUDFile] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".json")
    }
    return Dictionary(uniqueKeysWithValues: try names.map { ($0, try MUDFile(try bytes($0), name: $0)) })
  }

  /// What the house may reach on a device by name, as `tcp/80 udp/9999`.
  private func needed(_ file: MUDFile) -> String {
    file.openings.filter { $0.isNamed && $0.isFromHouse }.map {
      let (first, last) = ($0.ports.lowerBound, $0.ports.upperBound)
      return "\($0.transport.rawValue)/\(first)" + (first == last ? "" : "-\(last)")
    }.joined(separator: " ")
  }

  /// Compared with the entries of each file by hand: these devices have a service that others in the house open, and
  /// no other has.
  @Test func eachNeedsWhatItServesAndNothingElse() throws {
    let files = try files()
    #expect(files.count == 28)
    for (name, file) in files.sorted(by: { $0.key < $1.key }) {
      let perhaps = file.openings.filter { !$0.isNamed }.map {
        "\($0.transport.rawValue)/\($0.ports.lowerBound)" + ($0.ports.count > 1 ? "-\($0.ports.upperBound)" : "")
      }
      print("\(name): needs \(needed(file)); unsaid \(perhaps.joined(separator: " "))")
    }
  }
}
