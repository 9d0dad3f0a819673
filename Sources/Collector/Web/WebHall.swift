import Addresses
import Crypto
import HTTPMessages
import LinuxIO

/// The connections of the moment, all on one loop.
final class WebHall {
  /// A request and whose it is.
  struct Question: Sendable {
    var visit: UInt64
    var request: WebRequest
  }

  /// Connections in all; who comes then waits in the kernel's queue.
  static let connectionLimit = 512
  /// Connections from one address; a proxy brings everybody's.
  static let addressLimit = 64
  /// For a whole request, from the first byte or the last answer; and for a client to take what it is sent.
  static let patience: Duration = .seconds(30)
  /// Bytes of an answer that wait for a client that does not take them.
  static let backlog = 4 << 20

  private let loop: EventLoop
  private let listener: Descriptor
  private let isFile: Bool
  private let front: WebServer.Front
  private let mailbox: Mailbox
  private let ask: (Question) -> Void
  private var door: EventLoop.Token?
  private var visits: [UInt64: WebVisit] = [:]
  private var sources: [String: Int] = [:]
  private var last: UInt64 = 0

  init(
    _ loop: EventLoop, _ listener: Descriptor, isFile: Bool, _ front: WebServer.Front, _ mailbox: Mailbox,
    _ ask: @escaping (Question) -> Void
  ) {
    self.loop = loop
    self.listener = listener
    self.isFile = isFile
    self.front = front
    self.mailbox = mailbox
    self.ask = ask
    door = loop.watch(listener, for: .read) { [weak self] _ in self?.accept() }
  }

  func close() {
    loop.cancel(door)
    door = nil
    for visit in visits.values { end(visit) }
  }

  private func accept() {
    let (descriptor, source): (Descriptor, String)
    if isFile {
      guard let accepted = UnixSocket.accept(listener) else { return }
      (descriptor, source) = (accepted, "")
    } else {
      guard let (accepted, peer) = TCPStream.accept(listener) else { return }
      (descriptor, source) = (accepted, peer.address.description)
    }
    var stream: TLSStream?
    switch front {
    case .tls(let identity):
      guard sources[source] ?? 0 < Self.addressLimit, let server = try? TLSStream.server(identity) else {
        return
      }
      stream = server
    case .plain: guard sources[source] ?? 0 < Self.addressLimit else { return }
    case .proxy: break
    }
    last += 1
    let visit = WebVisit(last, descriptor, source, stream)
    visits[last] = visit
    sources[source, default: 0] += 1
    mailbox.open(last)
    visit.watch = loop.watch(descriptor, for: .read) { [weak self] in self?.serve(visit, $0) }
    wait(for: visit)
    if visits.count >= Self.connectionLimit, let door { loop.change(door, to: []) }
  }

  private func serve(_ visit: WebVisit, _ ready: EventLoop.Interest) {
    if ready.contains(.read) {
      guard let bytes = try? visit.descriptor.read(limit: 16_384), !bytes.isEmpty else { return end(visit) }
      act(on: visit.take(bytes), visit)
    }
    settle(visit)
  }

  private func act(on outcome: WebVisit.Outcome, _ visit: WebVisit) {
    switch outcome {
    case .nothing: break
    case .gone: end(visit)
    case .fault(.tooLarge): visit.refuse(WebReply(413, "text/plain; charset=utf-8", "too large\n"))
    case .fault(.malformed): visit.refuse(WebReply(400, "text/plain; charset=utf-8", "not HTTP/1.1\n"))
    case .request(let message):
      guard let request = WebRequest(message, source: source(of: message, visit), isSecure: !isPlain) else {
        return visit.refuse(WebReply(400, "text/plain; charset=utf-8", "not a request\n"))
      }
      // Whoever makes the answer has its own limits.
      loop.cancel(visit.timer)
      visit.timer = nil
      ask(Question(visit: visit.number, request: request))
    }
  }

  private var isPlain: Bool { if case .plain = front { true } else { false } }

  private func source(of message: HTTPMessage, _ visit: WebVisit) -> String {
    guard case .proxy = front, let list = message.headers["x-forwarded-for"],
      let last = list.split(separator: ",").last
    else { return visit.source }
    return IPAddress(String(last.drop { $0 == " " }))?.description ?? visit.source
  }

  func readLetters() {
    for (number, letter) in mailbox.take() {
      if case .stop = letter {
        loop.stop()
        continue
      }
      guard let visit = visits[number] else { continue }
      switch letter {
      case .reply(let reply):
        visit.send(reply)
        if !visit.isStreaming { wait(for: visit) }
        // What was sent meanwhile.
        act(on: visit.next(), visit)
      case .more(let bytes): visit.write(bytes)
      case .end: visit.end()
      case .stop: break
      }
      settle(visit)
    }
  }

  /// Sends what there is, and waits for what comes next.
  private func settle(_ visit: WebVisit) {
    guard visits[visit.number] != nil, let watch = visit.watch else { return }
    guard visit.flush(), visit.unsent.count <= Self.backlog else { return end(visit) }
    if visit.unsent.isEmpty, visit.isEnding {
      // Closed at once, with bytes of the client unread, the kernel would reset the connection and lose the answer.
      TCPStream.finishWriting(visit.descriptor)
      if visit.timer == nil { wait(for: visit) }
      return loop.change(watch, to: .read)
    }
    loop.change(watch, to: visit.unsent.isEmpty ? .read : [.read, .write])
  }

  private func wait(for visit: WebVisit) {
    loop.cancel(visit.timer)
    visit.timer = loop.after(Self.patience) { [weak self] in self?.end(visit) }
  }

  private func end(_ visit: WebVisit) {
    guard visits.removeValue(forKey: visit.number) != nil else { return }
    mailbox.close(visit.number)
    loop.cancel(visit.watch)
    loop.cancel(visit.timer)
    let left = (sources[visit.source] ?? 1) - 1
    sources[visit.source] = left > 0 ? left : nil
    if let door { loop.change(door, to: .read) }
  }
}
