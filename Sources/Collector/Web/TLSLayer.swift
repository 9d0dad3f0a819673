import Cryptography
import NIOCore

/// TLS below the HTTP of a connection, by the OpenSSL that everything else of ours uses.
final class TLSLayer: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let stream: TLSStream

  init(_ stream: TLSStream) {
    self.stream = stream
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let outcome = stream.receive(Array(unwrapInboundIn(data).readableBytesView))
    send(outcome.toSend, context)
    if !outcome.plaintext.isEmpty {
      context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: outcome.plaintext)))
    }
    guard outcome.isClosed else { return }
    // Who only says that no more will come may still wait for an answer.
    if stream.isSecured {
      context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    } else {
      context.close(promise: nil)
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard stream.isSecured else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    // A record of TLS holds 16 KiB; OpenSSL cuts what is longer.
    let bytes = stream.encrypt(Array(unwrapOutboundIn(data).readableBytesView))
    context.write(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: promise)
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if mode != .input { send(stream.farewell(), context) }
    context.close(mode: mode, promise: promise)
  }

  private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
    guard !bytes.isEmpty else { return }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
  }
}
