package import Foundation

/// What a command that ran to its end left behind.
package struct CommandResult: Sendable {
  /// The exit status, or 128 plus the number of the signal that ended it.
  package let status: Int32
  package let output: Data
  package let errors: Data

  package var text: String { String(decoding: output, as: UTF8.self) }
  package var errorText: String { String(decoding: errors, as: UTF8.self) }
}

/// One program with its arguments, run without a shell.
struct Command {
  /// The descriptor on which children that build a lab hold its lock.
  static let lockDescriptor: Int32 = 9

  let arguments: [String]
  /// Variables set on top of the inherited environment.
  var environment: [String: String] = [:]
  var input = ""
  /// The lab's lock, which the child keeps held should this process die before it.
  var lock: LabLock?
  /// How much of each output stream is kept; the rest is read and dropped.
  var outputLimit = 16 << 20
  /// After which the command is killed.
  var limit: Duration = .seconds(60)

  init(_ arguments: [String]) {
    self.arguments = arguments
  }

  /// Runs the command to its end.
  func run() throws -> CommandResult {
    let input = try ChildPipe(), output = try ChildPipe(), errors = try ChildPipe()
    let pid = try start(standard: (input.reading, output.writing, errors.writing))
    input.closeReading()
    output.closeWriting()
    errors.closeWriting()
    var exchange = PipeExchange(
      input: Array(self.input.utf8), inputPipe: input, outputPipes: [output, errors], limit: outputLimit)
    let inTime = exchange.run(until: ContinuousClock.now + limit)
    if !inTime { kill(pid, SIGKILL) }
    let status = ChildProcess.wait(pid)
    guard inTime else {
      throw LabError(.failed, "\(arguments.joined(separator: " ")) did not end within \(limit)")
    }
    return CommandResult(
      status: status, output: Data(exchange.received[0]), errors: Data(exchange.received[1]))
  }

  /// Runs the command and throws what it wrote to standard error unless it succeeds.
  @discardableResult
  func check() throws -> CommandResult {
    let result = try run()
    guard result.status == 0 else {
      let reason = result.errorText.trimmingCharacters(in: .whitespacesAndNewlines)
      throw LabError(.failed, "\(arguments.joined(separator: " ")) failed (\(result.status)): \(reason)")
    }
    return result
  }

  /// Starts the command with the given descriptors as its standard streams and returns its pid.
  func start(standard: (Int32, Int32, Int32), newSession: Bool = false) throws -> pid_t {
    try ChildProcess.spawn(
      arguments, environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
      descriptors: [(standard.0, 0), (standard.1, 1), (standard.2, 2)]
        + (lock.map { [($0.descriptor, Self.lockDescriptor)] } ?? []),
      newSession: newSession)
  }
}
