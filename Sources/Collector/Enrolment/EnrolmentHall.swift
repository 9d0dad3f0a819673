import Addresses
import Attempts
import Cryptography
import FleetContract
import HTTPMessages
import LinuxIO
import Posture

/// The connections of the moment, all on one loop.
final class EnrolmentHall {
  /// Connections in all; who comes then waits in the kernel's queue.
  static let connectionLimit = 64
  /// Connections from one address.
  static let addressLimit = 16
  /// From the first byte to the last.
  static let patience: Duration = .seconds(10)

  private final class Visit {
    let descriptor: Descriptor
    let source: String
    let stream: TLSStream
    var reader = HTTPReader()
    var unsent: [UInt8] = []
    var isAnswered = false
    var watch: EventLoop.Token?
    var timer: EventLoop.Token?

    init(_ descriptor: Descriptor, _ source: String, _ stream: TLSStream) {
      self.descriptor = descriptor
      self.source = source
      self.stream = stream
    }
  }

  private let loop: EventLoop
  private let identity: TLSServerIdentity
  private let desk: EnrolmentDesk
  private let note: (String) -> Void
  private let listener: Descriptor
  private var door: EventLoop.Token?
  private var visits: [CInt: Visit] = [:]
  private var limit = AttemptLimit()
  /// Lines of the log that strangers may cause in a minute.
  private var lines = (left: 60, until: Duration.zero)

  init(
    _ loop: EventLoop, _ listener: Descriptor, _ identity: TLSServerIdentity, _ desk: EnrolmentDesk,
    note: @escaping (String) -> Void
  ) {
    self.loop = loop
    self.listener = listener
    self.identity = identity
    self.desk = desk
    self.note = note
    door = loop.watch(listener, for: .read) { [weak self] _ in self?.accept() }
  }

  func close() {
    loop.cancel(door)
    for number in visits.keys { end(number) }
  }

  private func accept() {
    guard let (descriptor, peer) = TCPStream.accept(listener) else { return }
    let source = peer.address.description
    guard visits.values.count(where: { $0.source == source }) < Self.addressLimit,
      let stream = try? TLSStream.server(identity)
    else { return }
    let number = descriptor.number
    let visit = Visit(descriptor, source, stream)
    visits[number] = visit
    visit.watch = loop.watch(descriptor, for: .read) { [weak self] ready in self?.serve(number, ready) }
    visit.timer = loop.after(Self.patience) { [weak self] in self?.end(number) }
    if visits.count >= Self.connectionLimit, let door { loop.change(door, to: []) }
  }

  private func serve(_ number: CInt, _ ready: EventLoop.Interest) {
    guard let visit = visits[number] else { return }
    if ready.contains(.read) {
      guard let bytes = try? visit.descriptor.read(limit: 16_384), !bytes.isEmpty else { return end(number) }
      // After the answer nothing is read but the end.
      if !visit.isAnswered {
        let outcome = visit.stream.receive(bytes)
        visit.unsent += outcome.toSend
        if !outcome.plaintext.isEmpty { take(outcome.plaintext, visit) }
        if outcome.isClosed, !visit.isAnswered { return end(number) }
      }
    }
    flush(number)
  }

  private func take(_ bytes: [UInt8], _ visit: Visit) {
    let now = Clocks.wall
    switch visit.reader.take(bytes) {
    case .needsMore: return
    case .fault(.tooLarge): answer(visit, EnrolmentDesk.plain(413, .tooLarge, "larger than 64 KiB", now))
    case .fault(.malformed): answer(visit, EnrolmentDesk.plain(400, .badRequest, "not HTTP/1.1", now))
    case .message(let message):
      if let wait = limit.wait(for: visit.source, now: loop.now) {
        let reply = EnrolmentDesk.plain(429, .slowDown, "too many wrong attempts; try again later", now)
        return answer(visit, reply, retryAfter: wait)
      }
      let reply = desk.reply(to: message, from: visit.source, now: now)
      if reply.isGuess { limit.failed(visit.source, now: loop.now) }
      if let text = reply.note { write(text) }
      answer(visit, reply)
    }
  }

  private func write(_ text: String) {
    if loop.now >= lines.until { lines = (60, loop.now + .seconds(60)) }
    guard lines.left > 0 else { return }
    lines.left -= 1
    note(text)
  }

  private func answer(_ visit: Visit, _ reply: EnrolmentDesk.Reply, retryAfter: Duration? = nil) {
    visit.unsent += visit.stream.encrypt(
      HTTPMessage.response(reply.status, retryAfter: retryAfter, json: reply.body))
    visit.unsent += visit.stream.farewell()
    visit.isAnswered = true
  }

  private func flush(_ number: CInt) {
    guard let visit = visits[number], let watch = visit.watch else { return }
    if !visit.unsent.isEmpty {
      guard let count = try? visit.descriptor.write(visit.unsent) else { return end(number) }
      visit.unsent.removeFirst(count)
    }
    if visit.unsent.isEmpty, visit.isAnswered {
      // Closed at once, with bytes of the client unread, the kernel would reset the connection and lose the answer.
      TCPStream.finishWriting(visit.descriptor)
      return loop.change(watch, to: .read)
    }
    loop.change(watch, to: visit.unsent.isEmpty ? .read : [.read, .write])
  }

  private func end(_ number: CInt) {
    guard let visit = visits.removeValue(forKey: number) else { return }
    loop.cancel(visit.watch)
    loop.cancel(visit.timer)
    if let door { loop.change(door, to: .read) }
  }
}
