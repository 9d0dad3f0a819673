import Glibc

/// Runs a program to its end beside the loop, and takes what it prints.
package final class ChildTask {
  package struct Result: Sendable {
    /// The exit status, or 128 plus the number of the signal that ended it.
    package let status: CInt
    package let output: [UInt8]
  }

  private let loop: EventLoop
  private let talk: Descriptor
  private let id: pid_t
  private let limit: Int
  private var output: [UInt8] = []
  private var watch: EventLoop.Token?
  private var timer: EventLoop.Token?
  private var completion: ((Result) -> Void)?

  /// Starts a program by its path; what it complains of goes where our own complaints go.
  ///
  /// It is ended when it prints more than `limit` bytes or lasts longer than `patience`. `completion` is called once,
  /// unless the task is released before, which ends the program too.
  package init(
    _ path: String, _ arguments: [String], on loop: EventLoop, limit: Int, patience: Duration,
    completion: @escaping (Result) -> Void
  ) throws(SystemError) {
    let ends = try Pipe.make()
    self.loop = loop
    self.limit = limit
    talk = ends.reading
    id = try Spawn.start(path, arguments, standard: [nil, ends.writing.number, 2])
    self.completion = completion
    watch = loop.watch(talk, for: .read) { [weak self] _ in self?.read() }
    timer = loop.after(patience) { [weak self] in self?.end(byForce: true) }
  }

  deinit {
    if completion != nil {
      kill(id, SIGKILL)
      _ = Spawn.reap(id)
    }
    loop.cancel(watch)
    loop.cancel(timer)
  }

  private func read() {
    guard let bytes = try? talk.read(limit: 65_536) else { return }
    output += bytes
    if bytes.isEmpty || output.count > limit { end(byForce: !bytes.isEmpty) }
  }

  private func end(byForce: Bool) {
    loop.cancel(watch)
    loop.cancel(timer)
    if byForce { kill(id, SIGKILL) }
    let completion = completion
    self.completion = nil
    completion?(Result(status: Spawn.reap(id), output: output))
  }
}
