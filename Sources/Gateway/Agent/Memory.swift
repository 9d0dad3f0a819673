import CLinux

/// The memory of the process, on gateways that have little of it.
enum Memory {
  /// Gives back what only the start or a scan needed: those are short, the time between them is long.
  static func release() { CLinux_release_memory() }
}
