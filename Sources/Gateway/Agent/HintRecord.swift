import Addresses
import LinuxIO
import Packets

/// Asks the machine's name servers for the texts of one name, now and then; who does not answer is no problem.
///
/// One datagram to one server at a time, each from a port of its own and with an identifier that nobody can guess; the
/// kernel passes on only what comes from that server. Never by TCP: what does not fit a datagram is no hint.
final class HintRecord {
  /// Questions of one round, over all servers.
  static let tries = 4
  /// Servers that are asked; more are none of resolv.conf(5)'s.
  static let serverLimit = 3
  /// Datagrams that are read before a server is given up.
  private static let datagramLimit = 8
  private static let patience: Duration = .seconds(2)

  private let name: String
  private let servers: () -> [Endpoint]
  private let loop: EventLoop
  private let heard: ([UInt8]) -> Void
  private var waiting: [(server: Endpoint, isExtended: Bool)] = []
  private var left = 0
  private var unread = 0
  private var watch: EventLoop.Token?
  private var timer: EventLoop.Token?

  /// `heard` is given every text of the name.
  init(
    name: String, loop: EventLoop,
    servers: @escaping () -> [Endpoint] = {
      NameServers.configured.map { Endpoint($0, NameServers.port) }
    }, heard: @escaping ([UInt8]) -> Void
  ) {
    self.name = name
    self.servers = servers
    self.loop = loop
    self.heard = heard
  }

  /// Begins a round; one that is under way is forgotten.
  func ask() {
    left = Self.tries
    waiting = servers().prefix(Self.serverLimit).map { ($0, true) }
    next()
  }

  func stop() {
    waiting = []
    end()
  }

  private func end() {
    loop.cancel(watch)
    loop.cancel(timer)
    (watch, timer) = (nil, nil)
  }

  private func next() {
    end()
    guard left > 0, !waiting.isEmpty else { return }
    let (server, isExtended) = waiting.removeFirst()
    left -= 1
    guard
      let question = TXTQuestion(
        name: name, identifier: UInt16.random(in: 0 ... .max), isExtended: isExtended)
    else { return }
    // A network that is not there yet is no problem of anybody's: the slot comes by itself.
    guard let socket = try? UDPStream.connect(to: server), (try? socket.write(question.bytes[...])) != nil
    else { return next() }
    unread = Self.datagramLimit
    watch = loop.watch(socket, for: .read) { [weak self] _ in self?.read(socket, question, server) }
    timer = loop.after(Self.patience * Double.random(in: 0.75...1.25)) { [weak self] in self?.next() }
  }

  private func read(_ socket: Descriptor, _ question: TXTQuestion, _ server: Endpoint) {
    guard let bytes = try? socket.read(limit: TXTQuestion.mostBytes + 1), unread > 0 else { return next() }
    unread -= 1
    guard let answer = question.answer(in: bytes) else { return }
    switch answer {
    case .texts(let texts):
      stop()
      texts.forEach(heard)
    case .noName: stop()
    case .plainOnly:
      waiting.insert((server, false), at: 0)
      next()
    case .truncated, .failed: next()
    }
  }
}
