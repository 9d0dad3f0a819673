import Glibc
import LinuxIO

/// The end of the pipe that the handler writes to; set before the handler is.
nonisolated(unsafe) private var writingEnd: CInt = -1

/// SIGINT and SIGTERM as something to ask for, in a program of several threads.
///
/// A signal that one thread blocks is delivered to another, which then ends the program: so here nobody blocks it, and a
/// handler leaves it in a pipe (signal-safety(7)).
struct StopSignals {
  private let reading: Descriptor

  /// May be made once.
  init() throws(SystemError) {
    let ends = try Pipe.make()
    for end in [ends.reading, ends.writing] { _ = fcntl(end.number, F_SETFL, O_NONBLOCK) }
    reading = ends.reading
    // Kept open for as long as the program runs: the handler may need it at any time.
    writingEnd = dup(ends.writing.number)
    _ = fcntl(writingEnd, F_SETFD, FD_CLOEXEC)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        let before = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(writingEnd, &byte, 1)
        errno = before
      }
    }
  }

  /// The next that came, or `nil`.
  func next() -> CInt? {
    var byte: UInt8 = 0
    return read(reading.number, &byte, 1) == 1 ? CInt(byte) : nil
  }
}
