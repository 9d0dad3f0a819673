import Addresses

/// The version of a message: a minor one is new when a field is added, a major one when a field goes.
package struct ContractVersion: Hashable, Sendable {
  package var major: Int
  package var minor: Int

  package init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// What this side writes.
  package static let current = ContractVersion(major: 1, minor: 0)

  /// A Boolean value indicating whether this side can read the version: any minor of our own major.
  package var isReadable: Bool { major == Self.current.major }
}

extension ContractVersion: LosslessStringConvertible {
  /// Reads `MAJOR.MINOR`, each at most four digits.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2,
      parts.allSatisfy({
        (1...4).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) }
      }),
      let major = Int(parts[0]), let minor = Int(parts[1])
    else { return nil }
    self.init(major: major, minor: minor)
  }

  package var description: String { "\(major).\(minor)" }
}

extension ContractVersion: CodableByDescription {}
