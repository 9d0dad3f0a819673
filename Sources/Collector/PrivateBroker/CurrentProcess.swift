import Dispatch
import Synchronization

/// The broker's process of the moment, shared between its supervisor and a shutdown.
final class CurrentProcess: Sendable {
  private let state = Mutex<(process: BrokerProcess?, isEnding: Bool)>((nil, false))

  /// Notes a process that was started; one that came too late is asked to end at once.
  func set(_ process: BrokerProcess?) {
    state.withLock {
      $0.process = process
      if $0.isEnding { process?.terminate() }
    }
  }

  /// Sends a signal; `false` where there is no process right now.
  func signal(_ number: CInt) -> Bool {
    state.withLock {
      $0.process?.signal(number)
      return $0.process != nil
    }
  }

  /// Asks the process to end, and makes it end where it does not listen.
  func end() {
    state.withLock {
      $0.isEnding = true
      $0.process?.terminate()
    }
    DispatchQueue.global().asyncAfter(deadline: .now() + 5) {
      self.state.withLock { $0.process?.kill() }
    }
  }
}
