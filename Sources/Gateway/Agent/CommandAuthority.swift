import Enrolling
package import FleetContract
import FoundationEssentials
import LinuxIO

/// Who may command this gateway, and which verbs two of them have to sign: what enrolment left on disk.
package struct CommandAuthority: Sendable {
  package var keys: [OperatorKey]
  package var twoSignatures: Set<CommandVerb>

  private static let fileLimit = 16_384

  /// Takes what the collector said at enrolment, and nothing else, where the gateway is enrolled.
  ///
  /// Reads both files otherwise; without the first nobody may command, without the second closing takes two. A file
  /// that others could have written is refused.
  package static func read(_ paths: Paths) throws(AgentError) -> CommandAuthority {
    if let membership = try Enrolment.current(paths) {
      // A verb this version does not know cannot be commanded, so nothing is lost with it.
      let verbs = membership.answer.policy.twoSignatures.compactMap { CommandVerb(rawValue: $0) }
      return CommandAuthority(keys: membership.answer.operators, twoSignatures: Set(verbs))
    }
    var authority = CommandAuthority(keys: [], twoSignatures: CommandPolicy().twoSignatures)
    if let bytes = try bytes(of: paths.operatorKeys) {
      do throws(Rejection) { authority.keys = try OperatorKey.list(bytes) } catch {
        throw AgentError(.data, "\(paths.operatorKeys): \(error); nobody can command until it is right")
      }
    }
    if let bytes = try bytes(of: paths.commandPolicy) {
      guard let policy = JSON.decode(Policy.self, bytes) else {
        throw AgentError(
          .data,
          "\(paths.commandPolicy) holds no policy such as {\"two_signatures\":[\"close\"]}; nobody can command until it is right"
        )
      }
      authority.twoSignatures = Set(policy.twoSignatures)
    }
    return authority
  }

  private struct Policy: Codable {
    var twoSignatures: [CommandVerb]

    private enum CodingKeys: String, CodingKey {
      case twoSignatures = "two_signatures"
    }
  }

  private static func bytes(of path: String) throws(AgentError) -> [UInt8]? {
    guard Files.exists(path) else { return nil }
    do throws(SystemError) {
      guard try Files.mode(path) & 0o022 == 0 else {
        throw SystemError(1, "others may write it; 'chmod go-w' after checking it:", path)
      }
      return try Files.read(path, limit: fileLimit)
    } catch {
      throw AgentError(
        error.isPermission ? .permission : .state, "\(error); nobody can command until it is right")
    }
  }
}
