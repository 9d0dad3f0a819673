import Glibc
import LinuxIO

/// Waits, and says what time it is, on the clock that nobody sets (CLOCK_BOOTTIME).
enum Waiting {
  static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  static func untilWritable(_ descriptor: Descriptor, milliseconds: Int32) {
    var entry = pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0)
    _ = poll(&entry, 1, milliseconds)
  }

  /// Waits for less than a second, whatever is heard.
  static func sleep(_ nanoseconds: Int) {
    var time = timespec(tv_sec: 0, tv_nsec: nanoseconds)
    nanosleep(&time, nil)
  }

  /// Waits for `nanoseconds`, or until something was heard; at most 20 ms.
  static func pause(_ nanoseconds: Int64, hearing descriptor: Descriptor) {
    if nanoseconds >= 2_000_000 {
      var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
      _ = poll(&entry, 1, Int32(min(20, nanoseconds / 1_000_000)))
    } else if nanoseconds > 0 {
      sleep(Int(nanoseconds))
    }
  }
}

/// What error numbers mean for a scan.
enum Errors {
  /// There is no room now; it is worth trying again.
  static func isFull(_ code: CInt) -> Bool { code == ENOBUFS || code == EAGAIN }
  /// The interface is down, or gone.
  static func isDown(_ code: CInt) -> Bool { code == ENETDOWN || code == ENXIO || code == ENODEV }
}
