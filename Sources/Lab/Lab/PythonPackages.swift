/// The PyPI projects personas use, each at the one version they were tried with.
package enum PythonPackages {
  package static let pinned: [String: String] = [
    "HAP-python": "5.0.0",
    "asyncua": "2.1.0",
    "bacpypes3": "0.0.110",
    "ipycam": "1.3.0",
    "pymodbus": "3.16.1",
    "python-snap7": "3.3.0",
  ]

  /// Returns the requirement `name==version` that `pip` understands.
  package static func requirement(_ name: String) -> String {
    guard let version = pinned[name] else { return name }
    return "\(name)==\(version)"
  }
}
