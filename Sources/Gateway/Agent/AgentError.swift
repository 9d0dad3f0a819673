/// Why the agent, or a command of it, cannot go on.
package struct AgentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The only part to compare; each has an exit code of the command line (sysexits.h).
  package enum Code: CInt, Hashable, Sendable {
    case failed = 1
    /// There is nothing that could be done here by a program; what a person can do was printed.
    case nothingToDo = 2
    case notFound = 3
    /// Something as bad as was asked about is open.
    case findings = 4
    /// What was given on the command line cannot be meant.
    case usage = 64
    /// Bad data in a file that is not the configuration: a profile, a posture.
    case data = 65
    /// The interface or the network cannot be scanned as it is.
    case unavailable = 69
    /// The state directory cannot be used.
    case state = 73
    /// Output could not be written.
    case output = 74
    /// What was waited for did not come in time.
    case timeout = 75
    case permission = 77
    case configuration = 78
  }

  package let code: Code
  package let description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
