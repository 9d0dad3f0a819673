import Foundation
import Synchronization

/// A program running in a lab, started by this process, which is the only one that reaps it.
package final class LabProcess: Sendable {
  package let pid: Int32
  /// The status once reaped; from then on the pid may be another process.
  private let ended = Mutex<Int32?>(nil)

  init(pid: Int32) {
    self.pid = pid
  }

  /// Asks it to end, kills it after `patience`, and returns its status as a shell would.
  @discardableResult
  package func stop(patience: Duration = .seconds(5)) -> Int32 {
    send(SIGTERM)
    if let status = wait(atMost: patience) { return status }
    send(SIGKILL)
    return ended.withLock { ended in
      let status = ended ?? ChildProcess.wait(pid)
      ended = status
      return status
    }
  }

  /// Sends a signal unless it has ended.
  package func send(_ signal: Int32) {
    ended.withLock { ended in
      if ended == nil { kill(pid, signal) }
    }
  }

  /// Waits for its end; returns `nil` when it still runs after `limit`.
  package func wait(atMost limit: Duration) -> Int32? {
    let deadline = ContinuousClock.now + limit
    while true {
      let status = ended.withLock { ended in
        ended = ended ?? ChildProcess.reap(pid)
        return ended
      }
      if status != nil || ContinuousClock.now >= deadline { return status }
      usleep(10_000)
    }
  }
}
