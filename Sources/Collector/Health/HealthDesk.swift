import HTTPMessages
import LinuxIO

/// The connections of the moment, all on one loop: one question each.
final class HealthDesk {
  /// Connections in all; who comes then waits in the kernel's queue.
  static let connectionLimit = 16
  /// From the first byte to the last.
  static let patience: Duration = .seconds(10)

  private final class Visit {
    let descriptor: Descriptor
    var reader = HTTPReader()
    var unsent: [UInt8] = []
    var isAnswered = false
    var watch: EventLoop.Token?
    var timer: EventLoop.Token?

    init(_ descriptor: Descriptor) {
      self.descriptor = descriptor
    }
  }

  private let loop: EventLoop
  private let listener: Descriptor
  private let report: () -> HealthReport
  private var door: EventLoop.Token?
  private var visits: [CInt: Visit] = [:]

  init(_ loop: EventLoop, _ listener: Descriptor, _ report: @escaping () -> HealthReport) {
    self.loop = loop
    self.listener = listener
    self.report = report
    door = loop.watch(listener, for: .read) { [weak self] _ in self?.accept() }
  }

  func close() {
    loop.cancel(door)
    for number in visits.keys { end(number) }
  }

  private func accept() {
    guard let (descriptor, _) = TCPStream.accept(listener) else { return }
    let number = descriptor.number
    let visit = Visit(descriptor)
    visits[number] = visit
    visit.watch = loop.watch(descriptor, for: .read) { [weak self] ready in self?.serve(number, ready) }
    visit.timer = loop.after(Self.patience) { [weak self] in self?.end(number) }
    if visits.count >= Self.connectionLimit, let door { loop.change(door, to: []) }
  }

  private func serve(_ number: CInt, _ ready: EventLoop.Interest) {
    guard let visit = visits[number] else { return }
    if ready.contains(.read) {
      guard let bytes = try? visit.descriptor.read(limit: 16_384), !bytes.isEmpty else { return end(number) }
      // After the answer nothing is read but the end.
      if !visit.isAnswered {
        switch visit.reader.take(bytes) {
        case .needsMore: break
        case .fault(.tooLarge): answer(visit, .json(413, "{\"status\":\"too_large\"}"))
        case .fault(.malformed): answer(visit, .json(400, "{\"status\":\"malformed\"}"))
        case .message(let message): answer(visit, HealthAnswer(to: message, report))
        }
      }
    }
    flush(number)
  }

  private func answer(_ visit: Visit, _ answer: HealthAnswer) {
    visit.unsent += answer.bytes
    visit.isAnswered = true
  }

  private func flush(_ number: CInt) {
    guard let visit = visits[number], let watch = visit.watch else { return }
    if !visit.unsent.isEmpty {
      guard let count = try? visit.descriptor.write(visit.unsent) else { return end(number) }
      visit.unsent.removeFirst(count)
    }
    if visit.unsent.isEmpty, visit.isAnswered {
      // Closed at once, with bytes of the client unread, the kernel would reset the connection and lose the answer.
      TCPStream.finishWriting(visit.descriptor)
      return loop.change(watch, to: .read)
    }
    loop.change(watch, to: visit.unsent.isEmpty ? .read : [.read, .write])
  }

  private func end(_ number: CInt) {
    guard let visit = visits.removeValue(forKey: number) else { return }
    loop.cancel(visit.watch)
    loop.cancel(visit.timer)
    if let door { loop.change(door, to: .read) }
  }
}
