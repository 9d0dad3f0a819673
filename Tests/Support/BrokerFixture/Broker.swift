import Foundation
import Glibc

/// A real mosquitto on a free loopback port, for the length of one test.
package final class Broker {
  package let port: UInt16
  package let directory: TemporaryDirectory
  private var process: ChildProgram

  /// Starts mosquitto and returns when it listens.
  ///
  /// `configuration` is appended to a listener that lets anybody in; `listener` replaces those lines.
  package init(
    _ configuration: String = "", listener: ((UInt16, TemporaryDirectory) throws -> String)? = nil
  ) throws {
    directory = try TemporaryDirectory()
    port = try freePort()
    let head = try listener?(port, directory) ?? "listener \(port) 127.0.0.1\nallow_anonymous true\n"
    try directory.write("mosquitto.conf", head + configuration + "\n")
    process = try Self.start(directory)
    try waitForListener(on: port)
  }

  deinit { process.kill(SIGKILL) }

  private static func start(_ directory: TemporaryDirectory) throws -> ChildProgram {
    try ChildProgram("mosquitto", ["-c", directory.path + "/mosquitto.conf"])
  }

  /// Ends the broker without a word, and returns when it is gone.
  package func crash() { process.kill(SIGKILL) }

  /// Ends the broker in order, so that it writes down what it knows.
  package func end() { process.kill(SIGTERM) }

  /// Sends it a signal: mosquitto reads its lists again at SIGHUP, which is 1.
  package func signal(_ number: CInt) { process.signal(number) }

  /// What it has used of the processor, in seconds (proc_pid_stat(5), fields 14 and 15).
  package var processorSeconds: Double {
    let path = "/proc/\(process.id)/stat"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return 0 }
    let fields = text[end...].split(separator: " ").map { Double($0) ?? 0 }
    guard fields.count > 13 else { return 0 }
    return (fields[12] + fields[13]) / Double(sysconf(CInt(_SC_CLK_TCK)))
  }

  /// Starts it again on the same port, and returns when it listens.
  package func restart() throws {
    process = try Self.start(directory)
    try waitForListener(on: port)
  }
}

package struct FixtureError: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// Returns a port that nobody listens on right now.
package func freePort() throws -> UInt16 {
  let (descriptor, port) = try listenOnLoopback()
  close(descriptor)
  return port
}

/// Returns a listening socket on a port of the kernel's choice.
package func listenOnLoopback() throws -> (descriptor: CInt, port: UInt16) {
  let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
  var address = loopback(0)
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let bound = withSocketAddress(&address) {
    bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0 && getsockname(descriptor, $0, &size) == 0
  }
  guard bound else { throw FixtureError("no free port") }
  return (descriptor, UInt16(bigEndian: address.sin_port))
}

/// Waits until somebody listens on a loopback port.
package func waitForListener(on port: UInt16) throws {
  for _ in 0..<6000 {
    if canConnect(port: port) { return }
    poll(nil, 0, 10)
  }
  throw FixtureError("nobody listens on \(port)")
}

private func canConnect(port: UInt16) -> Bool {
  let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
  defer { close(descriptor) }
  var address = loopback(port)
  return withSocketAddress(&address) {
    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
  }
}

private func loopback(_ port: UInt16) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  return address
}

private func withSocketAddress<Result>(
  _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Result
) -> Result {
  withUnsafeMutablePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body) }
}
