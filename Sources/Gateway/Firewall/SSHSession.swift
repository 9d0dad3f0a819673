package import Addresses
import Glibc
import LinuxIO

/// The SSH connection over which a command was typed.
package struct SSHSession: Hashable, Sendable, Codable {
  package var peer: IPAddress
  /// The gateway's address and port.
  package var address: IPAddress
  package var port: UInt16

  package init(peer: IPAddress, address: IPAddress, port: UInt16) {
    self.peer = peer
    self.address = address
    self.port = port
  }

  /// Reads sshd's `SSH_CONNECTION`: peer, its port, own address, own port (ssh(1)).
  package init?(variable: String) {
    let words = variable.split(separator: " ")
    // A zone of IPv6, as in fe80::1%eth0, names an interface and is no part of the address.
    let addresses = words.map { $0.split(separator: "%").first.flatMap { IPAddress(String($0)) } }
    guard words.count == 4, let peer = addresses[0], let address = addresses[2], let port = UInt16(words[3]),
      port > 0
    else { return nil }
    self.init(peer: peer, address: address, port: port)
  }

  /// The session of the caller: from the environment, or, since sudo drops the variable, from that of the
  /// processes it descends from, as far as they can be read.
  package static func ofCaller() -> SSHSession? {
    if let own = getenv("SSH_CONNECTION") { return SSHSession(variable: String(cString: own)) }
    var process = getppid()
    for _ in 0..<16 where process > 1 {
      if let session = session(of: process) { return session }
      guard let parent = parent(of: process) else { return nil }
      process = parent
    }
    return nil
  }

  private static func session(of process: pid_t) -> SSHSession? {
    let name = Array("SSH_CONNECTION=".utf8)
    let variables = (try? Files.read("/proc/\(process)/environ", limit: 1 << 20)) ?? []
    return variables.split(separator: 0).first { $0.starts(with: name) }.flatMap {
      SSHSession(variable: String(decoding: $0.dropFirst(name.count), as: UTF8.self))
    }
  }

  private static func parent(of process: pid_t) -> pid_t? {
    let text = String(
      decoding: (try? Files.read("/proc/\(process)/status", limit: 65_536)) ?? [], as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("PPid:") }
    return line.flatMap { pid_t($0.dropFirst(5).filter(\.isNumber)) }
  }
}
