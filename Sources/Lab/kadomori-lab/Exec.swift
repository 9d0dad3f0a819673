import ArgumentParser
import Foundation
import Lab

/// Runs a command inside a lab.
struct Exec: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs a command in the namespace of the gateway, the internet host or a persona.",
    discussion: "For example: kadomori-lab exec gw -- ip route")

  @Option(help: "The lab; may be left out when only one stands.")
  var lab: LabIdentifier?

  @Argument(help: "gw, internet or the name of a persona.")
  var member: String

  @Argument(parsing: .captureForPassthrough, help: "The command and its arguments, after '--'.")
  var command: [String] = []

  func run() throws {
    try reporting {
      let command = command.first == "--" ? Array(command.dropFirst()) : command
      guard !command.isEmpty else {
        throw LabError(.usage, "say what to run: kadomori-lab exec \(member) -- COMMAND")
      }
      try Privileges.require()
      let run = try lab.map { try LabRun($0) } ?? LabRun.only()
      try becomeCommand(try run.commandLine(in: member, command))
    }
  }

  /// Replaces this process, so that signals, terminal and exit status are the command's own.
  private func becomeCommand(_ arguments: [String]) throws -> Never {
    let copies = arguments.map { strdup($0) } + [nil]
    execvp(arguments[0], copies)
    throw LabError(.missingDependency, "cannot start \(arguments[0]): \(String(cString: strerror(errno)))")
  }
}
