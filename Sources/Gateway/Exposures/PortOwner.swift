/// Who has a socket open, as far as this user may know.
package struct PortOwner: Hashable, Sendable, Codable {
  package var uid: UInt32?
  /// `sshd.service`, or the `.socket` unit on whose behalf the service manager listens.
  package var unit: String?
  /// `docker:3f2a…`, with the first twelve characters of its id.
  package var container: String?
  /// The Debian package that brought the unit or the program along.
  package var package: String?
  package var pid: Int?
  /// The program's file; known where this user may look into the process.
  package var program: String?

  package init(
    uid: UInt32? = nil, unit: String? = nil, container: String? = nil, package: String? = nil,
    pid: Int? = nil,
    program: String? = nil
  ) {
    self.uid = uid
    self.unit = unit
    self.container = container
    self.package = package
    self.pid = pid
    self.program = program
  }

  /// Whether anything but a number is known: without that nobody can say what would stop working.
  package var isKnown: Bool { unit != nil || container != nil || package != nil || program != nil }

  /// The most telling of its names.
  package var name: String? {
    if let container { return container }
    let own = unit ?? program?.split(separator: "/").last.map(String.init)
    guard let package, let own, own != package, !own.hasPrefix(package + ".") else { return own ?? package }
    return "\(own) (\(package))"
  }
}
