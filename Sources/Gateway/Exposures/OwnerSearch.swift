import Addresses
import Glibc
package import LinuxIO

/// Finds whose the sockets are, with what this user may read; what it may not stays unknown.
package struct OwnerSearch {
  /// The root of the files that are asked; another one in tests.
  private let root: String
  private static let groupLimit = 4096
  private static let processLimit = 8192
  private static let managersGroup = "/init.scope"
  private static let unitFolders = ["/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system"]

  package init(root: String = "") {
    self.root = root
  }

  /// The owners of sockets by their inodes.
  package func owners(of sockets: [ListedSocket]) -> [UInt32: PortOwner] {
    let groups = controlGroups(Set(sockets.compactMap(\.controlGroup)))
    let processes = processes(holding: Set(sockets.map(\.inode)), processes())
    let activated = socketUnits()
    var owners: [UInt32: PortOwner] = [:]
    for socket in sockets {
      var owner = PortOwner(uid: socket.uid)
      let path = socket.controlGroup.flatMap { groups[$0] }
      if let path {
        let group = ControlGroup(path: path)
        owner.unit = group.unit
        owner.container = group.container
      }
      if let process = processes[socket.inode] {
        owner.pid = process.pid
        owner.program = process.program
        if owner.unit == nil, owner.container == nil {
          owner.unit = process.group.unit
          owner.container = process.group.container
        }
      }
      // The service manager listens for whomever it will start, and its own name helps nobody.
      if owner.pid == 1 || owner.pid == nil && path == Self.managersGroup {
        owner.unit = activated[socket.port] ?? owner.unit
      }
      owners[socket.inode] = owner
    }
    return withPackages(owners)
  }

  private func withPackages(_ owners: [UInt32: PortOwner]) -> [UInt32: PortOwner] {
    func files(_ owner: PortOwner) -> [String] {
      // What is inside a container is none of this machine's packages.
      guard owner.container == nil else { return [] }
      let units = owner.unit.map { unit in
        let file = unit.split(separator: "@").count == 2 ? "\(unit.split(separator: "@")[0])@.service" : unit
        return "/lib/systemd/system/" + file
      }
      return [owner.program, units].compactMap(\.self)
    }
    let packages = PackageLists.owners(
      of: Set(owners.values.flatMap(files)), in: root + PackageLists.directory)
    return owners.mapValues { owner in
      var owner = owner
      owner.package = files(owner).lazy.compactMap { packages[$0] }.first
      return owner
    }
  }

  /// The paths of control groups, whose numbers are the inodes of their directories.
  private func controlGroups(_ wanted: Set<UInt64>) -> [UInt64: String] {
    // With both versions in use, the second is mounted below.
    let top = Files.exists(root + "/sys/fs/cgroup/unified") ? "/sys/fs/cgroup/unified" : "/sys/fs/cgroup"
    var found: [UInt64: String] = [:]
    var queue = [""]
    var seen = 0
    while let path = queue.popLast(), seen < Self.groupLimit, found.count < wanted.count {
      seen += 1
      guard let inode = try? Files.inode(root + top + path) else { continue }
      if wanted.contains(inode) { found[inode] = path }
      queue += ((try? Files.directories(in: root + top + path)) ?? []).map { "\(path)/\($0)" }
    }
    return found
  }

  private struct Process {
    var pid: Int
    var program: String?
    var group: ControlGroup
  }

  /// All processes; the service manager comes last, and keeps what nobody else has.
  func processes() -> [Int] {
    ((try? Files.directories(in: root + "/proc")) ?? []).compactMap { Int($0) }.sorted(by: >)
  }

  /// The owners of sockets among some processes, as far as these tell.
  func processes(holding wanted: Set<UInt32>, among pids: [Int]) -> [UInt32: PortOwner] {
    processes(holding: wanted, pids).mapValues {
      PortOwner(unit: $0.group.unit, container: $0.group.container, pid: $0.pid, program: $0.program)
    }
  }

  /// The processes that have sockets open, as far as their descriptors may be listed.
  private func processes(holding wanted: Set<UInt32>, _ pids: [Int]) -> [UInt32: Process] {
    var found: [UInt32: Process] = [:]
    for pid in pids.prefix(Self.processLimit) {
      let folder = "\(root)/proc/\(pid)"
      guard let names = try? Files.names(in: folder + "/fd", suffix: "") else { continue }
      for name in names.prefix(Self.processLimit) {
        guard let target = Files.target(of: "\(folder)/fd/\(name)"), target.hasPrefix("socket:["),
          let inode = UInt32(target.dropFirst(8).dropLast()), wanted.contains(inode), found[inode] == nil
        else { continue }
        found[inode] = Process(pid: pid, program: program(of: folder), group: group(of: folder))
      }
    }
    return found
  }

  private func program(of folder: String) -> String? {
    // A program that was upgraded since it started.
    Files.target(of: folder + "/exe").map { $0.hasSuffix(" (deleted)") ? String($0.dropLast(10)) : $0 }
  }

  private func group(of folder: String) -> ControlGroup {
    let text = ((try? Files.read(folder + "/cgroup", limit: 65_536)) ?? []).split(separator: 0x0a)
    let line = text.first { $0.starts(with: "0::".utf8) } ?? text.first { $0.contains(0x3a) } ?? []
    return ControlGroup(path: String(decoding: line.split(separator: 0x3a).last ?? [], as: UTF8.self))
  }

  /// The `.socket` units by the ports they name.
  private func socketUnits() -> [Port: String] {
    var units: [Port: String] = [:]
    for folder in Self.unitFolders.reversed() {
      for name in (try? Files.names(in: root + folder, suffix: ".socket")) ?? [] {
        guard let bytes = try? Files.read("\(root)\(folder)/\(name)", limit: 65_536) else { continue }
        for port in SocketUnit.ports(bytes) { units[port] = name }
      }
    }
    return units
  }
}
