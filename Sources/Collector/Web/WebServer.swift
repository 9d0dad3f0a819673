package import Addresses
package import Crypto
import Foundation
import HTTPMessages
package import LinuxIO
import ServiceLifecycle

/// Serves HTTP/1.1, with TLS or behind a proxy: connections on one thread with one poll loop, answers beside it.
///
/// Everything a stranger can cause has a bound: connections in all and from one address, bytes, time.
package final class WebServer: Service, @unchecked Sendable {
  // Unchecked: the listener belongs to the one thread; everything else is immutable or has its own lock.

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

  package typealias Handler = @Sendable (WebRequest) async -> WebReply

  package let place: Place
  private let listener: Descriptor
  private let front: Front
  private let handler: Handler
  private let mailbox: Mailbox

  /// Listens; port 0 lets the kernel choose.
  package init(on place: Place, front: Front, handler: @escaping Handler) throws(SystemError) {
    self.front = front
    self.handler = handler
    mailbox = try Mailbox()
    switch place {
    case .address(let address):
      listener = try TCPStream.listen(on: address)
      self.place = .address(TCPStream.localEndpoint(of: listener) ?? address)
    case .file(let path):
      listener = try UnixSocket.listen(path)
      self.place = place
    }
  }

  package func run() async throws {
    let (requests, request) = AsyncStream<WebHall.Question>.makeStream()
    let thread = Thread { [self] in
      serve { request.yield($0) }
      request.finish()
    }
    thread.name = "web"
    thread.start()
    await withGracefulShutdownHandler {
      await withTaskCancellationHandler {
        await withDiscardingTaskGroup { group in
          for await question in requests { group.addTask { await self.answer(question) } }
          group.cancelAll()
        }
      } onCancel: {
        self.mailbox.put(.stop, for: 0)
      }
    } onGracefulShutdown: {
      self.mailbox.put(.stop, for: 0)
    }
    if case .file(let path) = place { try? Files.remove(path) }
  }

  private func answer(_ question: WebHall.Question) async {
    let reply = await handler(question.request)
    guard mailbox.put(.reply(reply), for: question.visit) else { return }
    guard case .stream(let write) = reply.body, question.request.method != "HEAD" else { return }
    await write(WebStream { [mailbox] in mailbox.put(.more($0), for: question.visit) })
    mailbox.put(.end, for: question.visit)
  }

  private func serve(_ ask: @escaping (WebHall.Question) -> Void) {
    let loop = EventLoop()
    let hall = WebHall(loop, listener, isFile: isFile, front, mailbox, ask)
    let letters = loop.watch(mailbox.descriptor, for: .read) { _ in hall.readLetters() }
    // Without the poll loop nobody is served, and nothing of the program is worse for it.
    try? loop.run()
    loop.cancel(letters)
    hall.close()
  }

  private var isFile: Bool { if case .file = place { true } else { false } }
}
