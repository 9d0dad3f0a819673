import CLinux
import Glibc

/// Looks up host names without holding up the loop: `getaddrinfo` blocks, so it has a thread of its own.
package final class Resolver {
  private let loop: EventLoop
  private var token: EventLoop.Token?
  private var timer: EventLoop.Token?

  package init(loop: EventLoop) {
    self.loop = loop
  }

  /// Looks up the first address of a name; a numeric address is returned at once.
  ///
  /// A further call forgets the one before. `completion` is called once, with a numeric address, or with
  /// `nil` when there is none within `limit`.
  package func resolve(
    _ host: String, limit: Duration = .seconds(20), completion: @escaping (String?) -> Void
  ) {
    loop.cancel(token)
    loop.cancel(timer)
    if Self.isNumeric(host) { return completion(host) }
    var ends: [CInt] = [0, 0]
    guard CLinux_pipe(&ends) == 0 else { return completion(nil) }
    let reading = Descriptor(owning: ends[0])
    let question = Question(host: host, answerTo: ends[1])
    var thread = pthread_t()
    let started = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Question>.fromOpaque(argument).takeRetainedValue().answer()
        return nil
      }, Unmanaged.passRetained(question).toOpaque())
    guard started == 0 else {
      Unmanaged.passUnretained(question).release()
      close(ends[1])
      return completion(nil)
    }
    pthread_detach(thread)
    let finish: (String?) -> Void = { [weak self] address in
      self?.loop.cancel(self?.token)
      self?.loop.cancel(self?.timer)
      completion(address)
    }
    token = loop.watch(reading, for: .read) { _ in
      let bytes = (try? reading.read(limit: 64)) ?? []
      finish(bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self))
    }
    timer = loop.after(limit) { finish(nil) }
  }

  private static func isNumeric(_ host: String) -> Bool {
    var v4 = in_addr()
    var v6 = in6_addr()
    return inet_pton(AF_INET, host, &v4) == 1 || inet_pton(AF_INET6, host, &v6) == 1
  }
}

/// One look-up, made by its own thread, which writes the answer to a pipe and closes it.
private final class Question: Sendable {
  let host: String
  let answerTo: CInt

  init(host: String, answerTo: CInt) {
    self.host = host
    self.answerTo = answerTo
  }

  func answer() {
    defer { close(answerTo) }
    var results: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, nil, &results) == 0, let first = results else { return }
    defer { freeaddrinfo(results) }
    var text = [CChar](repeating: 0, count: 64)
    guard getnameinfo(first.pointee.ai_addr, first.pointee.ai_addrlen, &text, 64, nil, 0, NI_NUMERICHOST) == 0
    else { return }
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    // The loop may have given up and closed its end: the signal would end the whole process.
    var pipeSignal = sigset_t()
    sigemptyset(&pipeSignal)
    sigaddset(&pipeSignal, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipeSignal, nil)
    _ = write(answerTo, bytes, bytes.count)
  }
}
