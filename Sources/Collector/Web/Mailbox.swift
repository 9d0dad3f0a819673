import LinuxIO
import Synchronization

/// Carries answers from whoever makes them to the thread with the connections.
final class Mailbox: Sendable {
  enum Letter: Sendable {
    case reply(WebReply)
    /// More of an answer that is sent as it comes.
    case more([UInt8])
    /// The end of one.
    case end
    case stop
  }

  private struct State {
    var letters: [(visit: UInt64, letter: Letter)] = []
    var visits: Set<UInt64> = []
  }

  private let state = Mutex(State())
  private let bell: Bell

  init() throws(SystemError) {
    bell = Bell(try Pipe.make())
  }

  /// What becomes readable when there are letters.
  var descriptor: Descriptor { bell.reading }

  /// Leaves a letter; `false` where that visit is over.
  @discardableResult func put(_ letter: Letter, for visit: UInt64) -> Bool {
    let isThere = state.withLock { state in
      guard visit == 0 || state.visits.contains(visit) else { return false }
      state.letters.append((visit, letter))
      return true
    }
    if isThere { bell.ring() }
    return isThere
  }

  func open(_ visit: UInt64) { state.withLock { _ = $0.visits.insert(visit) } }
  func close(_ visit: UInt64) { state.withLock { _ = $0.visits.remove(visit) } }

  func take() -> [(visit: UInt64, letter: Letter)] {
    bell.hush()
    return state.withLock { state in
      defer { state.letters = [] }
      return state.letters
    }
  }

  /// Both ends of a pipe.
  private final class Bell: @unchecked Sendable {
    // Unchecked: never changed after its creation, and bytes in a pipe are the kernel's to order.
    let reading: Descriptor
    private let writing: Descriptor

    init(_ ends: (reading: Descriptor, writing: Descriptor)) {
      (reading, writing) = ends
    }

    // A pipe that is full is rung enough.
    func ring() { _ = try? writing.write([1]) }
    func hush() { while let bytes = try? reading.read(limit: 4096), bytes.count == 4096 {} }
  }
}
