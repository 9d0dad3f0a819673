import CLinux
import Glibc

/// The memory of the process, on gateways that have little of it.
package enum Memory {
  /// Gives back what only the start or a scan needed: those are short, the time between them is long.
  package static func release() { CLinux_release_memory() }

  /// What the process may have for itself: five times what the scan of a house takes, and below `MemoryMax` of the unit.
  private static let limit: rlim_t = 96 << 20

  /// Has the kernel refuse more memory than the agent ever needs.
  ///
  /// libmosquitto makes room for a packet when its length is announced, up to 256 MB. With this a broker that announces
  /// nonsense loses its connection; without it the gateway would lose its agent.
  package static func bound() {
    var bounds = rlimit()
    guard getrlimit(__rlimit_resource_t(UInt32(RLIMIT_DATA.rawValue)), &bounds) == 0 else { return }
    bounds.rlim_cur = min(bounds.rlim_cur, limit)
    setrlimit(__rlimit_resource_t(UInt32(RLIMIT_DATA.rawValue)), &bounds)
  }
}
