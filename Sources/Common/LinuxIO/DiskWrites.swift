import Synchronization

/// Counts what this process has written to files, in whole blocks, because a flash wears by these.
///
/// Every writer of this room counts here, so that no other room has to be asked; the number is for people to see.
package enum DiskWrites {
  /// The block of the usual file systems, and the page of the kernel's cache.
  package static let block = 4096

  private static let bytes = Atomic<Int>(0)

  /// Bytes since the process began, a block that was written twice counted twice.
  package static var total: Int { bytes.load(ordering: .relaxed) }

  /// Counts the blocks that `length` bytes at `offset` lie in.
  static func count(from offset: Int, _ length: Int) {
    guard length > 0 else { return }
    let blocks = (offset + length - 1) / block - offset / block + 1
    bytes.wrappingAdd(blocks * block, ordering: .relaxed)
  }
}
