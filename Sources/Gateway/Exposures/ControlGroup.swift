/// What the path of a control group tells of whose processes are in it (systemd.slice(5)).
package struct ControlGroup: Hashable, Sendable {
  package private(set) var unit: String?
  package private(set) var container: String?

  /// Reads a path below the root of the hierarchy, such as `/system.slice/ssh.service`.
  package init(path: String) {
    let parts = path.split(separator: "/").map(String.init)
    for (index, part) in parts.enumerated() {
      if let container = Self.container(part, after: index > 0 ? parts[index - 1] : "") {
        self.container = container
      }
      // A service of a user's own manager stands below that manager's unit, and is the one that is meant.
      if part.hasSuffix(".service") || part.hasSuffix(".socket") { unit = part }
    }
  }

  /// The names that container engines give: of scopes under systemd, of folders under cgroupfs.
  private static func container(_ part: String, after parent: String) -> String? {
    let bare = part.hasSuffix(".scope") ? String(part.dropLast(6)) : part
    for (prefix, engine) in [
      ("docker-", "docker"), ("libpod-", "podman"), ("cri-containerd-", "containerd"), ("crio-", "crio"),
    ] where bare.hasPrefix(prefix) {
      let id = bare.dropFirst(prefix.count)
      if isID(id) { return "\(engine):\(id.prefix(12))" }
    }
    if parent == "docker" || parent == "libpod", isID(bare[...]) { return "\(parent):\(bare.prefix(12))" }
    if bare.hasPrefix("lxc.payload.") { return "lxc:\(bare.dropFirst(12).prefix(40))" }
    if parent == "lxc" { return "lxc:\(bare.prefix(40))" }
    if bare.hasPrefix("machine-") || parent == "machine.slice", part.hasSuffix(".scope") {
      return "machine:\(bare.replacing("machine-", with: "").prefix(40))"
    }
    if bare.hasPrefix("systemd-nspawn@") {
      return "nspawn:\(bare.dropFirst(15).split(separator: ".").first?.prefix(40) ?? "")"
    }
    return nil
  }

  private static func isID(_ text: Substring) -> Bool {
    text.utf8.count >= 12 && text.allSatisfy(\.isHexDigit)
  }
}
