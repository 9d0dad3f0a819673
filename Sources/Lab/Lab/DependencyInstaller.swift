import Foundation

/// Installs missing packages without letting Debian start any of the servers.
package enum DependencyInstaller {
  private static let policy = "/usr/sbin/policy-rc.d"
  private static let saved = "/usr/sbin/policy-rc.d.before-kadomori-lab"
  private static let ours = """
    #!/bin/sh
    # Kept here by kadomori-lab while it installs packages: no service is started.
    exit 101

    """

  /// Installs the packages; what the installers say goes to standard error.
  package static func install(_ packages: Dependencies) throws {
    if !packages.debian.isEmpty {
      try withoutAutostart {
        try talk(["apt-get", "update"])
        try talk(
          ["apt-get"] + DependencyCheck.aptArguments(packages.debian),
          environment: ["DEBIAN_FRONTEND": "noninteractive"])
      }
    }
    for name in packages.unpacked.sorted() {
      try talk(["sh", "-c", UnpackedPackages.installation(of: name)])
    }
    guard !packages.python.isEmpty else { return }
    for command in PythonEnvironment().installation(of: packages.python) { try talk(command) }
  }

  /// Runs `body` while `policy-rc.d` refuses every start, and puts back what was there.
  private static func withoutAutostart(_ body: () throws -> Void) throws {
    try restore()
    let files = FileManager.default
    if files.fileExists(atPath: policy) {
      try files.moveItem(atPath: policy, toPath: saved)
    }
    defer { try? restore() }
    try Data(ours.utf8).write(to: URL(fileURLWithPath: policy))
    chmod(policy, 0o755)
    try body()
  }

  /// Puts back what an earlier run, perhaps killed, had moved away.
  private static func restore() throws {
    let files = FileManager.default
    if files.contents(atPath: policy) == Data(ours.utf8) { try files.removeItem(atPath: policy) }
    if files.fileExists(atPath: saved) {
      if files.fileExists(atPath: policy) { try files.removeItem(atPath: policy) }
      try files.moveItem(atPath: saved, toPath: policy)
    }
  }

  private static func talk(_ arguments: [String], environment: [String: String] = [:]) throws {
    var command = Command(arguments)
    command.environment = environment
    let status = ChildProcess.wait(try command.start(standard: (STDIN_FILENO, STDERR_FILENO, STDERR_FILENO)))
    guard status == 0 else {
      throw LabError(.missingDependency, "\(arguments.joined(separator: " ")) failed with status \(status)")
    }
  }
}
