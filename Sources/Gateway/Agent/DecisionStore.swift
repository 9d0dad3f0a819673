import FoundationEssentials
import LinuxIO
package import Posture

/// What people decided about findings, on disk.
package struct DecisionStore: Sendable {
  /// More decisions than this are no decisions.
  package static let limit = 1000
  private static let fileLimit = 1_048_576

  private let path: String

  package init(_ paths: Paths) {
    path = paths.decisions
  }

  /// All decisions, also those that have run out; none where there is no file yet.
  ///
  /// Throws ``AgentError/Code/data`` for a file that cannot be understood: what somebody decided must not be lost
  /// by being overwritten.
  package func read() throws(AgentError) -> [Decision] {
    guard Files.exists(path) else { return [] }
    do {
      let bytes = try Files.read(path, limit: Self.fileLimit)
      return try JSONDecoder().decode([Decision].self, from: Data(bytes))
    } catch let error as SystemError {
      throw AgentError(error.isPermission ? .permission : .state, "\(error)")
    } catch {
      throw AgentError(.data, "\(path) holds no list of decisions: \(error); move it away and decide again")
    }
  }

  /// Replaces what was decided about one finding; `nil` takes the decision back.
  package func set(_ decision: Decision?, for finding: String, now: WallTime) throws(AgentError) {
    var all = try read().filter { $0.finding != finding && now < $0.until }
    if let decision { all.append(decision) }
    guard all.count <= Self.limit else {
      throw AgentError(.state, "\(path) holds \(Self.limit) decisions already; reopen some of them")
    }
    do {
      // The directory keeps others out; the agent has to read what root wrote.
      try Files.replace(path, with: try JSON.encode(all), mode: 0o644)
    } catch {
      throw AgentError(.state, "\(error)")
    }
  }
}
