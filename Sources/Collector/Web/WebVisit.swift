import Crypto
import HTTPMessages
import LinuxIO

/// One connection: bytes in, requests and answers out.
final class WebVisit {
  let number: UInt64
  let descriptor: Descriptor
  let source: String
  private let stream: TLSStream?
  private var reader = HTTPReader()
  private var waiting: [UInt8] = []
  private(set) var unsent: [UInt8] = []
  /// Whether a request has been handed on and not been answered whole.
  private(set) var isBusy = false
  private(set) var isStreaming = false
  private(set) var isEnding = false
  private var keepsAlive = true
  private var isHead = false
  var watch: EventLoop.Token?
  var timer: EventLoop.Token?

  init(_ number: UInt64, _ descriptor: Descriptor, _ source: String, _ stream: TLSStream?) {
    self.number = number
    self.descriptor = descriptor
    self.source = source
    self.stream = stream
  }

  enum Outcome {
    case nothing
    case request(HTTPMessage)
    case fault(HTTPFault)
    case gone
  }

  /// Takes bytes of the client.
  func take(_ bytes: [UInt8]) -> Outcome {
    var plain = bytes
    if let stream {
      let outcome = stream.receive(bytes)
      unsent += outcome.toSend
      plain = outcome.plaintext
      if outcome.isClosed, plain.isEmpty { return .gone }
    }
    if isEnding { return .nothing }
    waiting += plain
    // One request at a time: what is sent before the answer waits, within the limit of one.
    if waiting.count > HTTPReader.headLimit + HTTPReader.bodyLimit { return .gone }
    return next()
  }

  /// The next request of those that wait.
  func next() -> Outcome {
    guard !isBusy, !isEnding, !waiting.isEmpty else { return .nothing }
    defer { waiting = [] }
    switch reader.take(waiting) {
    case .needsMore: return .nothing
    case .fault(let fault): return .fault(fault)
    case .message(let message):
      let rest = reader.rest
      reader = HTTPReader()
      defer { waiting = rest }
      isBusy = true
      isHead = message.start.hasPrefix("HEAD ")
      keepsAlive = message.headers["connection"]?.lowercased() != "close" && message.start.hasSuffix("/1.1")
      return .request(message)
    }
  }

  func send(_ reply: WebReply) {
    switch reply.body {
    case .bytes(let bytes):
      write(reply.head(keepAlive: keepsAlive) + (isHead ? [] : bytes))
      if keepsAlive { isBusy = false } else { end() }
    case .stream:
      write(reply.head(keepAlive: false))
      if isHead { end() } else { isStreaming = true }
    }
  }

  /// Refuses what cannot be read, and ends.
  func refuse(_ reply: WebReply) {
    isBusy = true
    write(reply.head(keepAlive: false))
    if case .bytes(let bytes) = reply.body { write(bytes) }
    end()
  }

  func write(_ bytes: [UInt8]) {
    guard let stream else { return unsent += bytes }
    guard stream.isSecured else { return }
    // A record of TLS holds 16 KiB; OpenSSL cuts what is longer.
    unsent += stream.encrypt(bytes)
  }

  /// Says that nothing more will come.
  func end() {
    guard !isEnding else { return }
    isEnding = true
    if let stream { unsent += stream.farewell() }
  }

  /// Sends as much as goes; `false` where the client is gone.
  func flush() -> Bool {
    guard !unsent.isEmpty else { return true }
    guard let count = try? descriptor.write(unsent) else { return false }
    unsent.removeFirst(count)
    return true
  }
}
