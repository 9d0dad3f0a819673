import CLinux
import Glibc

/// Delivers signals as events of a loop instead of interruptions.
package struct Signals {
  package let descriptor: Descriptor
  private let signals: [CInt]

  /// Blocks `signals` for the process and makes them readable.
  package init(_ signals: [CInt]) throws(SystemError) {
    let number = try system("signalfd", "signals") { CLinux_signalfd(signals, CInt(signals.count)) }
    descriptor = Descriptor(owning: number)
    self.signals = signals
  }

  /// Lets the signals do again what they do by default.
  package func release() {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  /// The next pending signal, or `nil`.
  package func next() -> CInt? {
    let signal = CLinux_signalfd_read(descriptor.number)
    return signal < 0 ? nil : signal
  }
}
