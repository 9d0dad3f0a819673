import Dispatch
import Glibc
import LinuxIO
import Synchronization

/// Reads what mosquitto says: keeps the last words in memory and in a bounded file, and passes on what somebody has to
/// know.
final class BrokerLog: Sendable {
  /// Bytes of the file for one run of mosquitto; what comes then is read and told, but no longer written.
  static let fileLimit = 1 << 20
  /// Notices that strangers may cause in a minute, and one for each cause.
  static let noticesPerMinute = 60

  private struct State {
    var lastLines: [String] = []
    /// How often mosquitto has begun to read its lists: at each start, and at each reload.
    var readings = 0
    var told: Set<BrokerLine> = []
    var minuteEnds = Duration.zero
  }

  private let state = Mutex(State())
  private let file: String
  private let tell: @Sendable (BrokerNotice) -> Void
  /// Where sessions are noted; `nil` where clients choose their names themselves.
  private let sessions: BrokerSessions?
  private static let queue = DispatchQueue(label: "kadomori.broker-log", attributes: .concurrent)

  init(
    file: String, sessions: BrokerSessions? = nil, tell: @escaping @Sendable (BrokerNotice) -> Void
  ) {
    self.file = file
    self.sessions = sessions
    self.tell = tell
  }

  var readings: Int { state.withLock { $0.readings } }

  /// The end of what was said, for an error message.
  var lastWords: String { state.withLock { $0.lastLines.joined(separator: "; ") } }

  /// A new process reads its lists.
  func began() {
    state.withLock {
      $0.lastLines = []
      $0.readings += 1
    }
  }

  /// Reads until nobody can write any more, and closes the descriptor `number`.
  func read(_ number: CInt) async {
    await withCheckedContinuation { continuation in
      Self.queue.async {
        self.drain(Descriptor(owning: number))
        continuation.resume()
      }
    }
  }

  private func drain(_ pipe: Descriptor) {
    let number = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    let copy = number < 0 ? nil : Descriptor(owning: number)
    var written = 0
    var rest: [UInt8] = []
    while true {
      var entry = pollfd(fd: pipe.number, events: Int16(POLLIN), revents: 0)
      poll(&entry, 1, -1)
      guard let chunk = try? pipe.read(limit: 65_536) else {
        if errno == EAGAIN || errno == EINTR { continue }
        return
      }
      if chunk.isEmpty { return }
      rest += chunk
      var start = rest.startIndex
      while let end = rest[start...].firstIndex(of: 0x0a) {
        if let line = take(rest[start..<end]), written < Self.fileLimit {
          written += (try? copy?.write(Array("\(line)\n".utf8))) ?? 0
        }
        start = end + 1
      }
      rest.removeFirst(start)
      // Longer than any line of mosquitto's.
      if rest.count > 65_536 { rest = [] }
    }
  }

  /// Takes one line; returns it where it is worth keeping.
  private func take(_ bytes: ArraySlice<UInt8>) -> String? {
    let text = String(decoding: bytes.prefix(1000), as: UTF8.self)
    if let sessions, let session = BrokerSession(text[...], at: Clocks.wall) {
      sessions.put(session)
      return nil
    }
    guard let line = BrokerLine(text[...]) else { return nil }
    let now = Clocks.sinceBoot
    let isNews = state.withLock { state in
      state.lastLines = Array((state.lastLines + [text]).suffix(3))
      if line == .reloading { state.readings += 1 }
      if now >= state.minuteEnds {
        state.told = []
        state.minuteEnds = now + .seconds(60)
      }
      return state.told.count < Self.noticesPerMinute && state.told.insert(line).inserted
    }
    if isNews, line != .reloading { tell(.said(line)) }
    return text
  }
}
