import Foundation

extension LabRun {
  /// Removes the lab and everything it made; a second call finds nothing to do.
  package func down() throws {
    try Self.down(
      id, in: LabStore(path: URL(fileURLWithPath: directory.path).deletingLastPathComponent().path))
  }

  /// Removes what the lab with this identifier left, in whatever state it is.
  ///
  /// A lab that is being built by another process is interrupted first. Returns `false` when there
  /// was nothing.
  @discardableResult
  package static func down(_ id: LabIdentifier, in store: LabStore = LabStore()) throws -> Bool {
    try Privileges.require()
    let directory = store.directory(of: id)
    guard FileManager.default.fileExists(atPath: directory.path) else { return false }
    if let manifest = try? Manifest(readFrom: directory), manifest.state == .building,
      let builder = manifest.living(manifest.builder), builder.pid != getpid()
    {
      Foundation.kill(builder.pid, SIGTERM)
    }
    let lock: LabLock
    do {
      guard let taken = try LabLock(at: directory.lock, waiting: .seconds(20)) else {
        throw LabError(.failed, "lab \(id) is being built or removed by another process; try again")
      }
      lock = taken
    } catch let error as LabError where error.code == .notFound {
      // Somebody else removed it just now.
      return true
    }
    if FileManager.default.fileExists(atPath: directory.manifest) {
      try LabRun(id, in: store).remove(holding: lock)
    } else {
      // Its builder died before it made anything, or has cleaned up while we waited.
      try directory.remove()
    }
    return true
  }

  /// Removes the lab's processes, namespaces and files, in this order.
  func remove(holding lock: LabLock) throws {
    var manifest = try Manifest(readFrom: directory)
    manifest.state = .removing
    try manifest.write(to: directory)
    let namespaces = manifest.namespaces.map(NetworkNamespace.init)
    if let keeper = manifest.living(manifest.keeper) { end(keeper) }
    try NamespaceProcesses(of: namespaces).end(patience: .seconds(1))
    for namespace in namespaces where namespace.exists { try delete(namespace) }
    try directory.remove()
  }

  /// Ends the first process of the lab's PID namespace, and with it all the others.
  private func end(_ keeper: ProcessIdentity) {
    Foundation.kill(keeper.pid, SIGKILL)
    let deadline = ContinuousClock.now + .seconds(5)
    while ContinuousClock.now < deadline, keeper.isAlive {
      _ = ChildProcess.reap(keeper.pid)
      usleep(5_000)
    }
    _ = ChildProcess.reap(keeper.pid)
  }

  private func delete(_ namespace: NetworkNamespace) throws {
    guard namespace.inode != nil else {
      // Only the file is left, from before a reboot or from a builder killed halfway.
      unlink(namespace.path)
      return
    }
    try Command(["ip", "netns", "delete", namespace.name]).check()
  }
}

extension LabDirectory {
  /// Removes the directory, the manifest last, so that an interrupted removal can be repeated.
  func remove() throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    try unmountBelow()
    let files = FileManager.default
    let last = [manifest, lock].map { URL(fileURLWithPath: $0).lastPathComponent }
    do {
      for name in try files.contentsOfDirectory(atPath: path) where !last.contains(name) {
        try files.removeItem(atPath: "\(path)/\(name)")
      }
      try files.removeItem(atPath: path)
    } catch {
      throw LabError(.failed, "cannot remove \(path): \(error.localizedDescription)")
    }
  }

  /// Unmounts whatever somebody mounted below the directory, deepest first; the lab itself mounts
  /// only inside its own mount namespaces.
  private func unmountBelow() throws {
    let mounts = (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? ""
    let points = mounts.split(separator: "\n").compactMap { $0.split(separator: " ").dropFirst().first }
    for point in points.reversed() where point.hasPrefix(path + "/") {
      guard umount2(String(point), 0) == 0 else {
        throw LabError(.failed, "cannot unmount \(point): \(errorText(errno))")
      }
    }
  }
}
