import Campaigns
import Foundation
import LinuxIO

/// The scanner of one shard, or what asks its open ports, as the campaign sees it: a process of its own, two pipes and a
/// signal.
final class ScannerProcess {
  let id: Int32
  let talk: Descriptor
  private var order: Descriptor?
  private var rest: [UInt8] = []
  private(set) var hasEnded = false
  private var status: Int32?

  /// Lines longer than this are no checkpoint of any scan that fits in memory.
  private static let lineLimit = 128 << 20
  private static let pipeSize: CInt = 1 << 20
  /// F_SETPIPE_SZ of <fcntl.h>, which needs _GNU_SOURCE there.
  private static let setPipeSize: CInt = 1031

  /// Starts the program that runs, as who called it: the owner of the store may not open packet sockets, and nothing of
  /// the store is told to the scanner.
  init(_ command: String, _ order: some Encodable) throws {
    let (input, output) = (try Pipe.make(), try Pipe.make())
    // A small pipe would slow down a fast scan; where the limit of the machine is lower, it stays as it is.
    _ = fcntl(output.reading.number, Self.setPipeSize, Self.pipeSize)
    id = try StateOwner.asCaller {
      try Spawn.start(
        "/proc/self/exe", ["kadomori-collector", command],
        standard: [input.reading.number, output.writing.number, 2], environment: ["LC_ALL=C.UTF-8"],
        inOwnGroup: true)
    }
    talk = output.reading
    self.order = input.writing
    let line = try JSONEncoder().encode(order) + [0x0a]
    signal(SIGPIPE, SIG_IGN)
    var start = 0
    while start < line.count {
      // Where it ended before it had read all, its last words say why.
      guard let count = try? input.writing.write(line[start...].prefix(65_536)), count > 0 else { break }
      start += count
    }
    _ = fcntl(talk.number, F_SETFL, O_NONBLOCK)
  }

  /// What it has told meanwhile; waits at most `patience` for something.
  func lines(waiting patience: Int32) throws(SystemError) -> [ScannerLine] {
    guard !hasEnded else { return [] }
    var entry = pollfd(fd: talk.number, events: Int16(POLLIN), revents: 0)
    _ = poll(&entry, 1, patience)
    guard let bytes = try talk.read(limit: 1 << 20) else { return [] }
    guard !bytes.isEmpty else {
      hasEnded = true
      return []
    }
    rest += bytes
    guard let end = rest.lastIndex(of: 0x0a) else {
      if rest.count > Self.lineLimit { throw SystemError(EMSGSIZE, "read", "the scanner's results") }
      return []
    }
    let lines = rest[..<end].split(separator: 0x0a).compactMap { ScannerLine($0) }
    rest.removeFirst(end + 1)
    return lines
  }

  /// Asks it to tell its last words and end.
  func stop() { kill(id, SIGTERM) }

  /// Ends it where it still runs: without its standard input it does so by itself.
  func end() {
    order = nil
    if status == nil { kill(id, SIGKILL) }
    _ = wait()
  }

  /// Waits for its end; its exit status.
  func wait() -> Int32 {
    order = nil
    if let status { return status }
    let result = Spawn.reap(id)
    status = result
    return result
  }

  deinit { end() }
}
