import Foundation

/// Finds and ends the processes that live in given network namespaces, and no others.
struct NamespaceProcesses {
  /// The inodes of the namespaces.
  let inodes: Set<UInt64>

  init(of namespaces: [NetworkNamespace]) {
    inodes = Set(namespaces.compactMap(\.inode))
  }

  /// The processes alive in the namespaces now; zombies have left theirs.
  func list() -> [pid_t] {
    guard !inodes.isEmpty, let entries = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else {
      return []
    }
    return entries.compactMap { pid_t($0) }.filter { contains($0) }
  }

  /// Returns whether the process lives in one of the namespaces.
  func contains(_ pid: pid_t) -> Bool {
    var status = stat()
    guard stat("/proc/\(pid)/ns/net", &status) == 0 else { return false }
    return inodes.contains(UInt64(status.st_ino))
  }

  /// Ends them all: asks first, and kills what is left after `patience`.
  ///
  /// Throws when one is still there after ten seconds.
  func end(patience: Duration) throws {
    let start = ContinuousClock.now
    var asked: Set<pid_t> = []
    while true {
      let living = list().filter { $0 != getpid() }
      if living.isEmpty { return }
      let elapsed = ContinuousClock.now - start
      guard elapsed < .seconds(10) else {
        throw LabError(.failed, "processes \(living.map(String.init).joined(separator: " ")) do not end")
      }
      for pid in living {
        // Checked again right before the signal: a pid may have been given to another process.
        if elapsed >= patience, contains(pid) {
          kill(pid, SIGKILL)
        } else if asked.insert(pid).inserted, contains(pid) {
          kill(pid, SIGTERM)
        }
      }
      usleep(20_000)
    }
  }
}
