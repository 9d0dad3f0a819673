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

  init(_ limit: Duration) {
    self.limit = TimeAmount(limit)
  }

  func handlerAdded(context: ChannelHandlerContext) { wait(context) }
  func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .end = unwrapInboundIn(data) {
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
    }
    context.write(data, promise: taken)
  }

  /// Begins to wait anew where the client is to do something.
  private func wait(_ context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    guard open <= 0 || unsent > 0 else { return }
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { context.close(promise: nil) }
  }
}
