import Foundation
import Glibc

/// Hears at a broker that asks for certificates what a collector may hear, as a second one that only listens.
///
/// Answers and commands go to gateways alone.
package final class EnrolledTap {
  private let directory: TemporaryDirectory
  /// With them a client of mosquitto's has the rights of a collector.
  package let options: [String]
  private let port: UInt16
  private var listener: ChildProgram?

  /// Has the broker's lists and the authority made for two collectors, and keeps the certificate of the one that
  /// only listens; the collector itself is not running yet.
  ///
  /// - Parameters:
  ///   - program: the collector's program.
  ///   - collector: the name of the collector that will run.
  ///   - state: its state directory.
  ///   - broker: the port on loopback of the broker that it will start.
  /// - Throws: `FixtureError` with what the program says where it makes none.
  package init(_ program: String, collector: String, state: String, broker: UInt16) throws {
    directory = try TemporaryDirectory()
    port = broker
    let words = [
      "broker-config", "--listen", "127.0.0.1:\(broker)", "--name", "localhost", "--collector", "tap",
      "--collector", collector, "--state", state,
    ]
    let output = directory.path + "/made"
    guard try ChildProgram(program, words, output: output).wait() == 0 else {
      throw FixtureError(directory.read("made"))
    }
    for name in ["collector.crt", "collector.key", "authorities.crt"] {
      try FileManager.default.copyItem(
        atPath: state + "/enrolment/" + name, toPath: directory.path + "/" + name)
    }
    options = [
      "--cafile", directory.path + "/authorities.crt", "--cert", directory.path + "/collector.crt", "--key",
      directory.path + "/collector.key",
    ]
  }

  deinit { listener?.kill(SIGTERM) }

  /// Returns when every later message is heard.
  package func listen() throws {
    let words = ContractTap.listener(host: "localhost", port: port, options: options)
    listener = try ChildProgram(words[0], Array(words.dropFirst()), output: directory.path + "/messages")
    // The collector's own status is retained, so it is heard when the subscription stands.
    for _ in 0..<2400 {
      if directory.read("messages").contains("/_collector/") { return }
      usleep(25_000)
    }
    throw FixtureError("the collector's status is not heard:\n" + directory.read("messages"))
  }

  /// Waits until so many messages on topics with this part have been heard.
  package func heard(_ part: String, times: Int = 1) throws {
    for _ in 0..<2400 {
      let topics = directory.read("messages").split(separator: "\n").map { $0.prefix { $0 != " " } }
      if topics.count(where: { $0.contains(part) }) >= times { return }
      usleep(25_000)
    }
    throw FixtureError("not heard \(times) times on …\(part)…:\n" + directory.read("messages"))
  }

  /// A line for each message heard that breaks the contract; nothing is heard afterwards.
  package func violations() throws -> [String] {
    listener?.kill(SIGTERM)
    listener = nil
    return try ContractTap.violations(in: directory.path + "/messages")
  }
}
