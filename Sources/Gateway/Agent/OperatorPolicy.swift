import FoundationEssentials
import LinuxIO

/// What operators asked for by `set-policy`; what the owner's configuration says goes before it.
package struct OperatorPolicy: Hashable, Sendable, Codable {
  package var v = "1.0"
  /// Seconds from one scan to the next, of LANs whose owner says nothing of it.
  package var scanEverySeconds: Int64?

  private enum CodingKeys: String, CodingKey {
    case v
    case scanEverySeconds = "scan_every_s"
  }

  var scanEvery: Duration? { scanEverySeconds.map { .seconds($0) } }

  /// Reads it; a file that is missing or damaged asks for nothing.
  static func read(_ paths: Paths) -> OperatorPolicy {
    (try? Files.read(paths.operatorPolicy, limit: 4096)).flatMap { JSON.decode(Self.self, $0) }
      ?? OperatorPolicy()
  }

  func write(_ paths: Paths) throws(AgentError) {
    let bytes = try JSON.encode(self)
    do throws(SystemError) { try Files.replace(paths.operatorPolicy, with: bytes, mode: 0o600) } catch {
      throw AgentError(.state, "\(error); the policy is not kept: free space there")
    }
  }
}
