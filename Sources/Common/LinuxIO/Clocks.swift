import CLinux
import Glibc
package import Posture

/// The clocks of the machine.
package enum Clocks {
  /// Time since the machine started, counting sleep; never set by anyone (CLOCK_BOOTTIME).
  package static var sinceBoot: Duration {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// What the machine holds for the time of day; may be years off after a power cut.
  package static var wall: WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// Whether the kernel holds the time of day synchronised (adjtimex(2), STA_UNSYNC).
  package static var wallIsSynchronised: Bool { CLinux_clock_is_synchronised() }

  /// The time of day in the machine's time zone, in minutes after midnight.
  package static var localMinuteOfDay: Int {
    var seconds = time(nil)
    var parts = tm()
    localtime_r(&seconds, &parts)
    return Int(parts.tm_hour) * 60 + Int(parts.tm_min)
  }
}

extension Duration {
  /// Whole milliseconds, rounded down.
  package var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
