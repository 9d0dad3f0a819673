import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client takes too long: to send a whole request, or to take what it is sent.
///
/// How long an answer takes to be made is not the client's doing, and has no limit here.
final class Patience: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let limit: TimeAmount
  private var timer: Scheduled<Void>?
  /// Requests that are here whole and not answered whole.
  private var open = 0
  /// Parts of answers that the kernel has not taken yet.
  private var unsent = 0
  /// Whether the request that is coming asks for another protocol.
  private var isUpgrade = false
  /// Whether what comes is left to the kernel: behind such a request the parser takes nothing, but would keep it all.
  private var isDeaf = false
  private var isLeaving = false

  init(_ limit: Duration) {
    self.limit = TimeAmount(limit)
  }

  func handlerAdded(context: ChannelHandlerContext) { wait(context) }
  func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    context.fireChannelInactive()
  }

  func read(context: ChannelHandlerContext) {
    if !isDeaf { context.read() }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): isUpgrade = head.isUpgrade
    case .body: break
    case .end:
      isDeaf = isUpgrade
      open += 1
      wait(context)
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) { open -= 1 }
    unsent += 1
    if unsent == 1 { wait(context) }
    let taken = promise ?? context.eventLoop.makePromise()
    taken.futureResult.assumeIsolated().whenComplete { _ in
      self.unsent -= 1
      self.wait(context)
      self.leave(context)
    }
    context.write(data, promise: taken)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
    isLeaving = true
    leave(context)
  }

  /// Closes once everything that was asked is answered and taken; the handlers above would not wait for the latter.
  private func leave(_ context: ChannelHandlerContext) {
    if isLeaving, open <= 0, unsent == 0 { context.close(promise: nil) }
  }

  /// Begins to wait anew where the client is to do something.
  private func wait(_ context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    guard open <= 0 || unsent > 0 else { return }
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { context.close(promise: nil) }
  }
}

extension HTTPRequest {
  /// Whether it asks for another protocol, which no answer of ours agrees to (RFC 9110, sections 7.8 and 9.3.6).
  var isUpgrade: Bool { method == .connect || headerFields.contains(.upgrade) }

  /// Whether nothing can come behind it on its connection.
  var isLast: Bool {
    isUpgrade
      || (headerFields[.connection] ?? "").lowercased().split(separator: ",").contains {
        $0.trimmingPrefix { $0 == " " }.prefix { $0 != " " } == "close"
      }
  }
}
