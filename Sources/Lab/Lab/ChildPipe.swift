import CLinux
import Foundation

/// A pipe whose two ends are closed once each, at the latest with the value's owner.
final class ChildPipe {
  private(set) var reading: Int32
  private(set) var writing: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard CLinux_pipe(&ends) == 0 else { throw LabError(.failed, "pipe: \(errorText(errno))") }
    (reading, writing) = (ends[0], ends[1])
  }

  func closeReading() {
    if reading >= 0 { close(reading) }
    reading = -1
  }

  func closeWriting() {
    if writing >= 0 { close(writing) }
    writing = -1
  }

  deinit {
    closeReading()
    closeWriting()
  }
}

/// Feeds a child's input and collects its outputs at once, so that no full pipe blocks either side.
struct PipeExchange {
  var input: [UInt8]
  let inputPipe: ChildPipe
  let outputPipes: [ChildPipe]
  /// How many bytes of each output are kept.
  let limit: Int
  private(set) var received: [[UInt8]]

  init(input: [UInt8], inputPipe: ChildPipe, outputPipes: [ChildPipe], limit: Int) {
    self.input = input
    self.inputPipe = inputPipe
    self.outputPipes = outputPipes
    self.limit = limit
    received = outputPipes.map { _ in [] }
    if input.isEmpty { inputPipe.closeWriting() }
  }

  /// Exchanges until every output is at its end; returns `false` when the deadline came first.
  mutating func run(until deadline: ContinuousClock.Instant) -> Bool {
    _ = fcntl(inputPipe.writing, F_SETFL, O_NONBLOCK)
    while outputPipes.contains(where: { $0.reading >= 0 }) {
      var polled = outputPipes.map { pollfd(fd: $0.reading, events: Int16(POLLIN), revents: 0) }
      polled.append(pollfd(fd: inputPipe.writing, events: Int16(POLLOUT), revents: 0))
      let left = deadline - .now
      guard left > .zero else { return false }
      guard poll(&polled, nfds_t(polled.count), left.pollTimeout) >= 0 || errno == EINTR else { return false }
      for index in outputPipes.indices where polled[index].revents != 0 { read(index) }
      if polled[outputPipes.count].revents != 0 { feed() }
    }
    return true
  }

  private mutating func read(_ index: Int) {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = Foundation.read(outputPipes[index].reading, &buffer, buffer.count)
    if count > 0 {
      received[index].append(contentsOf: buffer[..<count].prefix(limit - received[index].count))
    } else if count == 0 || errno != EINTR {
      outputPipes[index].closeReading()
    }
  }

  private mutating func feed() {
    let count = write(inputPipe.writing, input, input.count)
    if count > 0 { input.removeFirst(count) }
    if input.isEmpty || (count < 0 && errno != EAGAIN && errno != EINTR) { inputPipe.closeWriting() }
  }
}

extension Duration {
  /// The duration in milliseconds for `poll(2)`, rounded up, at most one day.
  var pollTimeout: Int32 {
    let (seconds, attoseconds) = components
    let milliseconds =
      min(seconds, 86_400) * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(clamping: max(milliseconds, 0))
  }
}
