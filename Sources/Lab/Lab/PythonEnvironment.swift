import Foundation

/// The virtual environment with the PyPI projects.
package struct PythonEnvironment: Sendable {
  package let path: String

  /// Uses `KADOMORI_LAB_VENV`, or `/var/lib/kadomori-lab/venv`.
  package init() {
    path = ProcessInfo.processInfo.environment["KADOMORI_LAB_VENV"] ?? "/var/lib/kadomori-lab/venv"
  }

  package var interpreter: String { path + "/bin/python" }

  /// Returns the projects that are not there in their pinned version.
  func missing(_ wanted: Set<String>) -> Set<String> {
    let library = path + "/lib"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: library)) ?? []
    let present = Set(
      versions.flatMap {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(library)/\($0)/site-packages")) ?? []
      }.map { normalized($0) })
    return wanted.filter { name in
      guard let version = PythonPackages.pinned[name] else { return true }
      return !present.contains(normalized("\(name)-\(version).dist-info"))
    }
  }

  /// The commands that make the environment and install the projects.
  func installation(of projects: Set<String>) -> [[String]] {
    [
      ["/usr/bin/python3", "-m", "venv", path],
      [path + "/bin/pip", "install"] + projects.sorted().map(PythonPackages.requirement),
    ]
  }

  private func normalized(_ name: String) -> String {
    name.lowercased().replacingOccurrences(of: "_", with: "-")
  }
}
