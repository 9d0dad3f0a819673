import CLinux

/// The memory of the process, on gateways that have little of it.
enum Memory {
  /// Gives freed pages back to the kernel: a scan is short, the time between scans is long.
  static func release() { CLinux_release_free_memory() }
}
