import Foundation
import Testing

@testable import Lab

/// What is left of a lab on this machine, looked for without believing its manifest.
struct Remains: Equatable, CustomStringConvertible {
  var namespaces: [String]
  var processes: [String]
  var mounts: [String]
  var files: [String]

  static let nothing = Remains(namespaces: [], processes: [], mounts: [], files: [])

  init(namespaces: [String], processes: [String], mounts: [String], files: [String]) {
    self.namespaces = namespaces
    self.processes = processes
    self.mounts = mounts
    self.files = files
  }

  /// Looks for everything that bears the lab's identifier.
  init(of id: LabIdentifier, in store: LabStore) {
    let files = FileManager.default
    namespaces = ((try? files.contentsOfDirectory(atPath: NetworkNamespace.directory)) ?? [])
      .filter { $0.hasPrefix(id.namespacePrefix) }
    // The keeper's environment names the lab, and every process of the lab inherits it.
    let mark = Data("KADOMORI_LAB_ID=\(id)\u{0}".utf8)
    processes = ((try? files.contentsOfDirectory(atPath: "/proc")) ?? []).filter { pid in
      guard pid_t(pid) != nil, let environment = files.contents(atPath: "/proc/\(pid)/environ") else {
        return false
      }
      return environment.range(of: mark) != nil
    }
    let table = (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? ""
    mounts = table.split(separator: "\n").filter {
      $0.contains(id.namespacePrefix) || $0.contains(store.path)
    }
    .map(String.init)
    self.files = files.fileExists(atPath: store.directory(of: id).path) ? [store.directory(of: id).path] : []
  }

  var description: String {
    "namespaces \(namespaces), processes \(processes), mounts \(mounts), files \(files)"
  }
}

/// The names of the interfaces of the machine itself.
func interfacesOfTheMachine() throws -> Set<String> {
  Set(try FileManager.default.contentsOfDirectory(atPath: "/sys/class/net"))
}

/// The built command line, beside the test bundle.
struct LabProgram {
  let path: String

  init() throws {
    let bundle = try #require(
      CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments.first)
    path = URL(fileURLWithPath: bundle).deletingLastPathComponent().appending(path: "kadomori-lab").path
    try #require(access(path, X_OK) == 0, "no program at \(path)")
  }

  /// Starts the program with its state in the store; its output goes to a file.
  func start(_ arguments: [String], store: LabStore, output: String = "/dev/null") throws -> pid_t {
    var command = Command([path] + arguments)
    command.environment = ["KADOMORI_LAB_DIR": store.path]
    let file = open(output, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(file) }
    return try command.start(standard: (file, file, file))
  }

  /// Runs the program to its end.
  func run(
    _ arguments: [String], store: LabStore, environment: [String: String] = [:], prefix: [String] = []
  ) throws -> CommandResult {
    var command = Command(prefix + [path] + arguments)
    command.environment = environment.merging(["KADOMORI_LAB_DIR": store.path]) { $1 }
    return try command.run()
  }
}
