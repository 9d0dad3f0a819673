import Addresses
package import Cryptography
package import FleetContract
import HTTPMessages
package import LinuxIO

/// One question to a collector over HTTPS, on the caller's loop: it blocks nothing, and ends within ``patience``.
package final class EnrolmentCall {
  package typealias Outcome = Result<EnrolmentAnswer, EnrolmentFault>

  /// From the look-up of the name to the last byte of the answer.
  package static let patience: Duration = .seconds(30)

  private let loop: EventLoop
  private let collector: CollectorAddress
  private let trust: TLSTrust
  private let toleratesEarly: Bool
  private let request: [UInt8]
  private let resolver: Resolver
  private var completion: ((Outcome) -> Void)?
  private var connection: Connection?
  private var timer: EventLoop.Token?

  private struct Connection {
    let descriptor: Descriptor
    let peer: Endpoint
    let stream: TLSStream
    var reader = HTTPReader()
    var unsent: [UInt8] = []
    var isMade = false
    var hasAsked = false
    var watch: EventLoop.Token?
  }

  /// Prepares a question; `body` is a document of enrolment, `path` one of ``EnrolmentPath``.
  ///
  /// `toleratesEarly` is for a clock nobody has set: see ``TLSTrust``.
  package init(
    on loop: EventLoop, to collector: CollectorAddress, trusting trust: TLSTrust, toleratesEarly: Bool,
    path: String, body: [UInt8]
  ) {
    self.loop = loop
    self.collector = collector
    self.trust = trust
    self.toleratesEarly = toleratesEarly
    request = HTTPMessage.request("POST", path, host: collector.description, json: body)
    resolver = Resolver(loop: loop)
  }

  /// Asks; `completion` is called once, unless the call is released before.
  package func start(completion: @escaping (Outcome) -> Void) {
    self.completion = completion
    timer = loop.after(Self.patience) { [weak self] in self?.end(.failure(.timeout)) }
    resolver.resolve(collector.host) { [weak self] text in
      guard let self else { return }
      guard let address = text.flatMap({ IPAddress($0) }) else { return end(.failure(.noAddress)) }
      connect(to: Endpoint(address, collector.port))
    }
  }

  deinit {
    loop.cancel(timer)
    loop.cancel(connection?.watch)
  }

  private func connect(to peer: Endpoint) {
    do {
      let descriptor = try TCPStream.connect(to: peer)
      let stream = try TLSStream.client(trust, serverName: collector.host, toleratesEarly: toleratesEarly)
      var connection = Connection(descriptor: descriptor, peer: peer, stream: stream)
      connection.watch = loop.watch(descriptor, for: .write) { [weak self] ready in self?.serve(ready) }
      self.connection = connection
    } catch let error as SystemError {
      end(.failure(.unreachable(error)))
    } catch {
      end(.failure(.tls("\(error)")))
    }
  }

  private func serve(_ ready: EventLoop.Interest) {
    guard let connection else { return }
    if !connection.isMade {
      if let problem = TCPStream.problem(of: connection.descriptor, to: connection.peer) {
        return end(.failure(.unreachable(problem)))
      }
      self.connection?.isMade = true
      take([])
    } else if ready.contains(.read) {
      do throws(SystemError) {
        guard let bytes = try connection.descriptor.read(limit: 16_384) else { return }
        guard !bytes.isEmpty else { return end(.failure(.answer("it ended the connection"))) }
        take(bytes)
      } catch {
        return end(.failure(.unreachable(error)))
      }
    }
    flush()
  }

  /// Takes bytes from the peer, none to begin with.
  private func take(_ bytes: [UInt8]) {
    guard let stream = connection?.stream else { return }
    let outcome = stream.receive(bytes)
    connection?.unsent += outcome.toSend
    if let refusal = stream.refusal { return end(.failure(.notBelieved(refusal))) }
    if let reason = outcome.failure { return end(.failure(.tls(reason))) }
    if stream.isSecured, connection?.hasAsked == false {
      connection?.hasAsked = true
      connection?.unsent += stream.encrypt(request)
    }
    if !outcome.plaintext.isEmpty { read(outcome.plaintext) }
    if outcome.isClosed { end(.failure(.answer("it ended the connection"))) }
  }

  private func read(_ plaintext: [UInt8]) {
    switch connection?.reader.take(plaintext) {
    case nil, .needsMore: break
    case .fault(.tooLarge): end(.failure(.answer("it is too long")))
    case .fault(.malformed): end(.failure(.answer("it is not HTTP/1.1")))
    case .message(let message): end(Self.outcome(of: message))
    }
  }

  private static func outcome(of message: HTTPMessage) -> Outcome {
    guard let status = message.status else { return .failure(.answer("it has no status")) }
    do throws(Rejection) {
      guard status == 200 else {
        return .failure(.refused(try EnrolmentDocument.read(EnrolmentRefusal.self, message.body)))
      }
      return .success(try EnrolmentDocument.read(EnrolmentAnswer.self, message.body))
    } catch {
      return .failure(.answer("HTTP status \(status); \(error)"))
    }
  }

  private func flush() {
    guard let current = connection, let watch = current.watch else { return }
    if !current.unsent.isEmpty {
      do throws(SystemError) {
        connection?.unsent.removeFirst(try current.descriptor.write(current.unsent))
      } catch {
        return end(.failure(.unreachable(error)))
      }
    }
    loop.change(watch, to: connection?.unsent.isEmpty == true ? .read : [.read, .write])
  }

  private func end(_ outcome: Outcome) {
    loop.cancel(timer)
    loop.cancel(connection?.watch)
    connection = nil
    let completion = completion
    self.completion = nil
    completion?(outcome)
  }
}
