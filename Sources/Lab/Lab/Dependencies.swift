/// The packages a persona needs on the machine that runs the lab.
package struct Dependencies: Hashable, Sendable, Codable {
  /// Names of Debian packages.
  package var debian: Set<String>
  /// Names of Debian packages whose installation would remove another server of the machine, and
  /// which are therefore only unpacked beside it; `UnpackedPackages` knows them.
  package var unpacked: Set<String>
  /// Names of PyPI projects; `PythonPackages.pinned` holds their versions.
  package var python: Set<String>

  package init(debian: Set<String> = [], unpacked: Set<String> = [], python: Set<String> = []) {
    self.debian = debian.union(unpacked.flatMap { UnpackedPackages.known[$0]?.libraries ?? [] })
    self.unpacked = unpacked
    self.python = python
  }

  /// What building any lab needs, whatever its personas.
  package static let base = Self(debian: ["iproute2", "mount", "nftables", "util-linux"])

  package var isEmpty: Bool { debian.isEmpty && unpacked.isEmpty && python.isEmpty }

  package mutating func formUnion(_ other: Self) {
    debian.formUnion(other.debian)
    unpacked.formUnion(other.unpacked)
    python.formUnion(other.python)
  }

  /// Everything the personas need, the base included; a virtual environment where one uses PyPI.
  package static func all(of personas: [Persona]) -> Self {
    var union = base
    for persona in personas { union.formUnion(persona.needs) }
    if !union.python.isEmpty { union.debian.insert("python3-venv") }
    return union
  }
}
