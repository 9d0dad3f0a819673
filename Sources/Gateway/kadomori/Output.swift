import Agent
import Glibc

/// Standard output for data, standard error for talk.
enum Output {
  /// Writes data; a reader that went away (`| head`) ends the program quietly.
  static func write(_ text: String) throws(AgentError) { try write(Array(text.utf8)) }

  static func write(_ bytes: [UInt8]) throws(AgentError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(1, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EPIPE {
        Glibc.exit(0)
      } else if errno != EINTR {
        throw AgentError(.output, "standard output cannot be written: \(String(cString: strerror(errno)))")
      }
    }
  }

  static func document(_ value: some Encodable) throws(AgentError) {
    try write(try JSON.encode(value, pretty: true) + [0x0a])
  }

  /// Tells something beside the data.
  static func say(_ text: String) {
    let terminal = Terminal(2)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
      // On a terminal words stay whole; what somebody reads from a file is left as it is.
      guard terminal.isTerminal, !line.contains("\u{1b}"), TextWidth.of(String(line)) > terminal.columns
      else {
        return [String(line)]
      }
      return TextWidth.wrap(String(line), to: terminal.columns, keepingIndent: true)
    }
    let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
    _ = Glibc.write(2, bytes, bytes.count)
  }
}
