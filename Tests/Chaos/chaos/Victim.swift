import BrokerFixture
import Glibc
import LinuxIO

/// A program that is killed and started again.
final class Victim {
  let name: String
  private let command: [String]
  private let log: String
  /// The file whose change says that it is about to keep something.
  private let memory: String
  private var child: ChildProgram?
  private(set) var kills = 0
  private(set) var starts = 0
  /// When it comes back; `nil` while it runs, or has ended for good.
  private(set) var returnsAt: Duration?

  init(_ name: String, _ command: [String], log: String, memory: String) {
    self.name = name
    self.command = command
    self.log = log
    self.memory = memory
  }

  var isRunning: Bool { child != nil }

  func start() throws {
    returnsAt = nil
    starts += 1
    // The kernel ends it when we are gone, however that came.
    child = try ChildProgram("setpriv", ["--pdeathsig", "KILL"] + command, output: log)
  }

  /// Returns when it begins to write to its memory, or after 40 ms: a blow in the act meets what is half done.
  func awaitWriting() {
    let before = changed
    for _ in 0..<800 where changed == before { usleep(50) }
  }

  private var changed: [Int] {
    var facts = stat()
    guard stat(memory, &facts) == 0 else { return [] }
    return [Int(facts.st_ino), Int(facts.st_size), facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec]
  }

  /// Ends it in order; it comes back after `pause`.
  func end(backAfter pause: Duration, now: Duration) {
    guard let child else { return }
    child.kill(SIGTERM)
    self.child = nil
    returnsAt = now + pause
  }

  /// Ends it without a word; it comes back after `pause`.
  func strike(backAfter pause: Duration, now: Duration) {
    guard let child else { return }
    child.kill(SIGKILL)
    kills += 1
    self.child = nil
    returnsAt = now + pause
  }

  /// The status with which it ended by itself, if it did.
  func ended() -> CInt? {
    guard let child else { return nil }
    var facts = siginfo_t()
    guard waitid(P_PID, id_t(child.id), &facts, WEXITED | WNOHANG | WNOWAIT) == 0, facts.si_signo != 0 else {
      return nil
    }
    self.child = nil
    return child.wait()
  }

  func comeBack(at time: Duration) { returnsAt = time }
}
