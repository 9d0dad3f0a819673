import Agent
import Glibc
import LocalControl

/// The agent that runs, seen from the command line.
struct RunningAgent {
  private let paths: Paths

  init(_ paths: Paths) {
    self.paths = paths
  }

  /// Asks for its status until `isWanted`, for at most so many seconds; returns the last one.
  func status(within seconds: Int, where isWanted: (StatusDocument) -> Bool) -> StatusDocument? {
    var last: StatusDocument?
    for _ in 0..<(seconds * 5) {
      // While it begins anew it does not listen.
      if let answer = try? ControlClient.ask(.status, at: paths.controlSocket),
        let status = JSON.decode(StatusDocument.self, answer)
      {
        last = status
        if isWanted(status) { return status }
      }
      poll(nil, 0, 200)
    }
    return last
  }
}
