import Glibc

/// Waiting of a command that has nothing else to do.
enum Waiting {
  static func pause(milliseconds: CInt) { poll(nil, 0, milliseconds) }

  /// Waits until a descriptor is ready, for at most so long; returns what it is ready for.
  static func ready(_ number: CInt, for events: Int32, milliseconds: Int64) -> Int32 {
    var entry = pollfd(fd: number, events: Int16(events), revents: 0)
    guard poll(&entry, 1, CInt(clamping: max(0, milliseconds))) > 0 else { return 0 }
    return Int32(entry.revents)
  }
}
