import Foundation

extension LabRun {
  /// The command line that runs `command` in a member's namespace and becomes it.
  package func commandLine(in member: String, _ command: [String]) throws -> [String] {
    let namespace = try namespace(of: member)
    guard NetworkNamespace(name: namespace).inode != nil else {
      throw LabError(
        .notFound,
        "lab \(id) no longer has the namespace \(namespace); remove it with 'kadomori-lab down \(id)'")
    }
    return ["ip", "netns", "exec", namespace] + command
  }

  /// Runs a command in a member's namespace to its end, at most for `limit`.
  package func exec(
    in member: String, _ command: [String], input: String = "", environment: [String: String] = [:],
    limit: Duration = .seconds(60)
  ) throws -> CommandResult {
    var inside = Command(try commandLine(in: member, command))
    inside.input = input
    inside.environment = environment
    inside.limit = limit
    return try inside.run()
  }

  /// Starts a command in a member's namespace; the caller stops it, or `down` does.
  package func start(
    in member: String, _ command: [String], environment: [String: String] = [:], log: String = "/dev/null"
  ) throws -> LabProcess {
    var inside = Command(try commandLine(in: member, command))
    inside.environment = environment
    let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
    let output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    defer { [null, output].forEach { close($0) } }
    guard null >= 0, output >= 0 else { throw LabError(.failed, "cannot open \(log): \(errorText(errno))") }
    return LabProcess(pid: try inside.start(standard: (null, output, output), newSession: true))
  }

  /// Ends every program of a persona, as if its plug were pulled; its namespace and address stay.
  package func kill(persona name: String) throws {
    guard let device = persona(name) else { throw LabError(.notFound, "lab \(id) has no persona '\(name)'") }
    try NamespaceProcesses(of: [NetworkNamespace(name: device.namespace)]).end(patience: .zero)
  }
}
