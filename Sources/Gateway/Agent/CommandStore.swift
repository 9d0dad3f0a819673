import Cryptography
package import FleetContract
import FoundationEssentials
import LinuxIO

/// The memory of accepted commands on disk: a line with the SHA-256 of the rest, and JSON.
package struct CommandStore: Sendable {
  package let path: String

  /// A thousand entries and as many keys as are remembered stay far below this.
  private static let fileLimit = 1_048_576

  package init(_ paths: Paths) {
    path = paths.commands
  }

  /// Reads the memory; an absent file is that of a gateway which was never commanded.
  ///
  /// Throws ``AgentError/Code/data`` for a file that is not as it was written: to forget what was accepted
  /// would be to accept it again.
  package func read() throws(AgentError) -> CommandMemory {
    guard Files.exists(path) else { return CommandMemory() }
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try Files.read(path, limit: Self.fileLimit) } catch {
      throw AgentError(
        error.isPermission ? .permission : .state, "\(error); no command is accepted until it can be read")
    }
    let parts = bytes.split(separator: 0x0a, maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2,
      parts[0].elementsEqual(Hexadecimal.text(Digest.sha256(Array(parts[1]))).utf8),
      let memory = try? JSONDecoder().decode(CommandMemory.self, from: Data(parts[1]))
    else {
      throw AgentError(
        .data,
        "\(path) is damaged: which commands were carried out is not known, so none is accepted. Restore the file; "
          + "or have the operators wait 15 minutes with every command, then remove it")
    }
    return memory
  }

  /// Replaces the memory; when this returns, a power cut leaves it as written.
  package func write(_ memory: CommandMemory) throws(AgentError) {
    let document = try JSON.encode(memory)
    let bytes = Array(Hexadecimal.text(Digest.sha256(document)).utf8) + [0x0a] + document
    do throws(SystemError) { try Files.replace(path, with: bytes, mode: 0o600) } catch {
      throw AgentError(
        .state, "\(error); no command is accepted until it can be remembered: free space there")
    }
  }
}
