import Foundation
import Glibc
import MQTTClient

/// Hears every message that crosses a broker, and says which of them break the contract.
///
/// A second opinion from beginning to end: mosquitto_sub hears, and PyPI's jsonschema judges by the AsyncAPI
/// document and the schemas that the packages install.
package final class ContractTap {
  private let port: UInt16
  private let directory: TemporaryDirectory
  private let file: String
  private let listener: ChildProgram

  /// The command line of the listener, for a broker in another network namespace.
  ///
  /// `options` are further ones of mosquitto_sub, as those of TLS.
  package static func listener(host: String, port: UInt16 = 1883, options: [String] = []) -> [String] {
    // Line by line, or the last messages would stay in the program.
    [
      "stdbuf", "-oL", "mosquitto_sub", "-V", "mqttv5", "-h", host, "-p", String(port), "-q", "1", "-t", "#",
      "-F", "%t %x",
    ] + options
  }

  /// Begins to listen, and returns when every later message is heard.
  package init(on port: UInt16) throws {
    self.port = port
    directory = try TemporaryDirectory()
    file = directory.path + "/messages"
    let line = Self.listener(host: "127.0.0.1", port: port)
    listener = try ChildProgram(line[0], Array(line.dropFirst()), output: file)
    try mark("ready")
  }

  /// Publishes until the listener has heard it: what was published before has been heard as well.
  private func mark(_ word: String) throws {
    let pump = try Pump.connected("kadomori-tap-\(word)", to: port)
    for _ in 0..<1200 {
      try pump.publish(MQTTMessage(topic: "kadomori-tap/\(word)", payload: [0x2e]))
      let heard = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
      if heard.contains("kadomori-tap/\(word) ") { return }
      poll(nil, 0, 50)
    }
    throw FixtureError("mosquitto_sub does not hear what is published on \(port)")
  }

  /// A line for every message so far that breaks the contract.
  package func violations() throws -> [String] {
    try mark("end-\(UInt32.random(in: 0 ... .max))")
    return try Self.violations(in: file)
  }

  /// Judges what a listener has written to a file; throws where it has heard nothing that could be judged.
  package static func violations(in file: String) throws -> [String] {
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    let schemas = here.appending(path: "../../../Sources/Common/FleetContract/schemas").standardizedFileURL
      .path()
    let output = file + ".judgement"
    let status = try ChildProgram(
      "python3", [here.appending(path: "check_messages.py").path(), schemas, file], output: output
    ).wait()
    var lines =
      (try? String(contentsOfFile: output, encoding: .utf8))?.split(separator: "\n").map(String.init) ?? []
    guard status == 0, let last = lines.popLast(), last.hasPrefix("judged "), last != "judged 0" else {
      throw FixtureError("nothing was judged: \(lines.suffix(3)); python3 needs jsonschema")
    }
    unlink(output)
    return lines
  }
}
