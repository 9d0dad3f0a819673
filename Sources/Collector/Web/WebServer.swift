package import Addresses
package import Cryptography
import HTTPTypes
import HummingbirdCore
package import LinuxIO
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Serves HTTP/1.1 by Hummingbird, with TLS or behind a proxy: connections on one thread, answers beside it.
///
/// Everything a stranger can cause has a bound: connections in all and from one address, bytes, time.
package final class WebServer: Service {
  /// Where it listens.
  package enum Place: Hashable, Sendable {
    case address(Endpoint)
    /// A socket in the file system, which only our user and a proxy that runs as it, or as root, can open.
    case file(String)
  }

  /// How far it trusts what stands before it.
  package enum Front: Sendable {
    /// Clients come to us over TLS.
    case tls(TLSServerIdentity)
    /// A proxy has TLS, and says in `X-Forwarded-For` who asks; the last entry is the one it wrote itself.
    case proxy
    /// Neither: for loopback.
    case plain
  }

  /// What a stranger may take.
  package struct Limits: Sendable {
    /// Connections in all; who comes then waits in the kernel's queue.
    package var connections = 512
    /// Connections from one address; a proxy brings everybody's.
    package var fromOneAddress = 64
    /// For a whole request, from the connection or the last answer; and for a client to take what it is sent.
    package var patience: Duration = .seconds(30)
    /// Bytes of a head.
    package var head = 8 << 10
    /// Bytes of a body.
    package var body = 64 << 10
    /// What answers under way have at the end.
    package var farewell: Duration = .seconds(2)

    package init() {}
  }

  package typealias Handler = @Sendable (WebRequest) async -> WebReply

  package let place: Place
  /// Until it runs; then the event loop has it.
  private let listener: Mutex<Descriptor?>
  private let guests: Guests
  private let (visits, arrival) = AsyncStream<HTTP1Channel.Value>.makeStream()
  private let front: Front
  private let limits: Limits
  private let handler: Handler

  /// Listens; port 0 lets the kernel choose.
  package init(
    on place: Place, front: Front, limits: Limits = Limits(), handler: @escaping Handler
  ) throws(SystemError) {
    self.front = front
    self.limits = limits
    self.handler = handler
    guests = Guests(limits, emptied: { [arrival] in arrival.finish() })
    switch place {
    case .address(let address):
      let listener = try TCPStream.listen(on: address)
      self.place = .address(TCPStream.localEndpoint(of: listener) ?? address)
      self.listener = Mutex(listener)
    case .file(let path):
      self.place = place
      listener = Mutex(try UnixSocket.listen(path))
    }
  }

  /// Serves until it is told to end; once.
  package func run() async throws {
    let socket = try listener.withLock { listener in
      defer { listener = nil }
      guard let listener else { preconditionFailure("it serves once") }
      return try listener.copy()
    }
    let threads = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    defer { if case .file(let path) = place { try? Files.remove(path) } }
    do { try await serve(socket, on: threads) } catch {
      try? await threads.shutdownGracefully()
      throw error
    }
    try await threads.shutdownGracefully()
  }

  private func serve(_ socket: CInt, on threads: MultiThreadedEventLoopGroup) async throws {
    let logger = Logger(label: "web", factory: { _ in SwiftLogNoOpLogHandler() })
    let visit = HTTP1Channel(responder: respond, configuration: configuration)
    let door = try await ServerBootstrap(group: threads)
      .serverChannelInitializer { [limits] channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            AvailableConnectionsChannelHandler(maxConnections: limits.connections))
        }
      }
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { [front, guests, arrival] channel in
        channel.eventLoop.makeCompletedFuture {
          if case .proxy = front {
            try guests.admit(channel, from: nil)
          } else {
            try guests.admit(channel, from: Self.address(of: channel))
          }
          guard case .tls(let identity) = front else { return }
          try channel.pipeline.syncOperations.addHandler(TLSLayer(try TLSStream.server(identity)))
        }.flatMap {
          visit.setup(channel: channel, logger: logger)
        }.map { value in
          // One that comes while the door closes has to be ended by somebody.
          if case .terminated = arrival.yield(value) {
            Task { await visit.handle(value: value, logger: logger) }
          }
        }
      }
      .withBoundSocket(socket).get()
    // Where the listener breaks, nobody is served, and whoever runs us has to hear of it.
    door.closeFuture.whenComplete { [guests] _ in guests.leave() }
    await withTaskCancellationHandler {
      await withGracefulShutdownHandler {
        await withDiscardingTaskGroup { group in
          for await value in visits { group.addTask { await visit.handle(value: value, logger: logger) } }
          group.cancelAll()
        }
      } onGracefulShutdown: {
        door.close(promise: nil)
      }
    } onCancel: {
      door.close(promise: nil)
    }
  }

  private var configuration: HTTP1Channel.Configuration {
    HTTP1Channel.Configuration(
      additionalChannelHandlers: [Patience(self.limits.patience)],
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: limits.head, maxHeaderListSize: limits.head, maxHeaderFieldCount: 100))
  }

  /// Nothing behind a last answer is carried out.
  private struct Dismissed: Error {}

  private func respond(
    _ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel
  ) async throws {
    guard !guests.isDismissed(channel) else { throw Dismissed() }
    let body: ByteBuffer
    do {
      body = try await request.body.collect(upTo: limits.body)
    } catch is NIOTooManyBytesError {
      try await send(.refusal(413, "too large\n"), writer)
      return guests.dismiss(channel)
    }
    let question = WebRequest(
      request.head, body: Array(body.readableBytesView), source: source(of: request.head, channel),
      isSecure: isSecure)
    guard let question else {
      try await send(.refusal(400, "not a request\n"), writer)
      return guests.dismiss(channel)
    }
    var reply = await handler(question)
    if request.head.isLast { reply.set("Connection", "close") }
    if request.head.method == .head { reply = await reply.withoutBody() }
    try await send(reply, writer)
    if request.head.isLast { guests.dismiss(channel) }
  }

  private func send(_ reply: WebReply, _ writer: consuming ResponseWriter) async throws {
    switch reply.body {
    case .none: try await writer.writeResponse(reply.head)
    case .bytes(let bytes):
      try await writer.write(response: reply.head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    case .stream(let send):
      var end: any ResponseBodyWriter
      do { end = try await writer.writeHead(reply.head) } catch {
        // It may hold something that it gives back in the end.
        await send(.unheard)
        throw error
      }
      await send(WebStream { (try? await end.write(ByteBuffer(bytes: $0))) != nil })
      try await end.finish(nil)
    }
  }

  private var isSecure: Bool { if case .plain = front { false } else { true } }

  private func source(of head: HTTPRequest, _ channel: any Channel) -> String {
    let peer = Self.address(of: channel) ?? ""
    guard case .proxy = front, let name = HTTPField.Name("x-forwarded-for"),
      let last = head.headerFields[name]?.split(separator: ",").last
    else { return peer }
    return IPAddress(String(last.drop { $0 == " " }))?.description ?? peer
  }

  private static func address(of channel: any Channel) -> String? {
    channel.remoteAddress?.ipAddress.flatMap { IPAddress($0)?.description }
  }
}
