import FleetContract
import FoundationEssentials
package import LinuxIO
package import Posture

/// Takes up what the firewall's helper notes of closings, each change once, and hands it on.
///
/// A file is looked at, since the helper does not run while nothing is closed, and is not to be started for a question.
package final class ClosingNews {
  private static let pause: Duration = .seconds(5)
  private static let fileLimit = 4 << 20

  private let paths: Paths
  private let loop: EventLoop
  private let tell: ([ClosingChange]) -> Void
  private var seen: [UInt64] = []
  private var timer: EventLoop.Token?
  /// What is kept closed, by the id of the closing.
  package private(set) var open: [String: ClosingChange] = [:]

  /// How many ports are kept closed.
  package var count: Int { open.count }

  package init(_ paths: Paths, loop: EventLoop, tell: @escaping ([ClosingChange]) -> Void) {
    self.paths = paths
    self.loop = loop
    self.tell = tell
  }

  func start() {
    look()
    timer = loop.after(Self.pause) { [weak self] in self?.start() }
  }

  func stop() { loop.cancel(timer) }

  /// Looks whether something happened.
  package func look() {
    let stamp = Files.stamp(paths.closingChanges)
    guard stamp != seen else { return }
    seen = stamp
    let bytes = (try? Files.read(paths.closingChanges, limit: Self.fileLimit)) ?? []
    let changes = bytes.split(separator: 0x0a).compactMap { JSON.decode(ClosingChange.self, Array($0)) }
    open = ClosingChange.open(changes)
    guard let last = changes.last?.number else { return }
    var mark = (try? Files.read(paths.closingMark, limit: 64)).flatMap { JSON.decode(Int64.self, $0) } ?? 0
    // The helper's file was lost, and its numbers begin anew.
    if mark > last { mark = 0 }
    guard mark < last else { return }
    tell(changes.filter { $0.number > mark })
    // A power cut before this has them told twice, with the same numbers, rather than never.
    if let text = try? JSON.encode(last) { try? Files.replace(paths.closingMark, with: text, mode: 0o600) }
  }
}
