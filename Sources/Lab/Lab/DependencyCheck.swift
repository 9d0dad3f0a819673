import Foundation

/// Says which packages are missing, and how to install them.
package enum DependencyCheck {
  /// Returns the part of `wanted` that is not installed.
  package static func missing(of wanted: Dependencies) throws -> Dependencies {
    var missing = Dependencies()
    missing.debian = try missingDebian(wanted.debian)
    missing.unpacked = UnpackedPackages.missing(wanted.unpacked)
    missing.python = PythonEnvironment().missing(wanted.python)
    return missing
  }

  /// Throws, naming each missing package and the command, unless all are there.
  package static func require(_ wanted: Dependencies) throws {
    let missing = try missing(of: wanted)
    guard !missing.isEmpty else { return }
    let names =
      missing.debian.union(missing.unpacked).sorted().map { "Debian package \($0)" }
      + missing.python.sorted().map { "PyPI project \($0)" }
    throw LabError(
      .missingDependency,
      "missing: \(names.joined(separator: ", "))\ninstall with:\n"
        + commands(for: missing).map { "  \($0)" }.joined(separator: "\n")
        + "\nor: kadomori-lab deps --install")
  }

  /// The shell commands that install the packages.
  package static func commands(for packages: Dependencies) -> [String] {
    var commands: [String] = []
    if !packages.debian.isEmpty {
      commands.append((["apt-get"] + aptArguments(packages.debian)).joined(separator: " "))
    }
    commands += packages.unpacked.sorted().map { "(\(UnpackedPackages.installation(of: $0)))" }
    if !packages.python.isEmpty {
      commands += PythonEnvironment().installation(of: packages.python).map { $0.joined(separator: " ") }
    }
    return commands
  }

  static func aptArguments(_ packages: Set<String>) -> [String] {
    ["install", "--yes", "--no-install-recommends"] + packages.sorted()
  }

  private static func missingDebian(_ wanted: Set<String>) throws -> Set<String> {
    let query = Command(
      ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\\n"] + wanted.sorted())
    let installed = try query.run().text.split(separator: "\n")
      .filter { $0.hasSuffix(" installed") }.map { String($0.prefix { $0 != " " }) }
    return wanted.subtracting(installed)
  }
}
