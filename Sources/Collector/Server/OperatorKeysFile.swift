import Enrolment
import FleetContract
import LinuxIO
import ServiceLifecycle
import Synchronization

/// The operators' keys as their file has them now, and word of it when the file cannot be used any more.
final class OperatorKeysFile: Service {
  /// A problem when there is a new one, `nil` when it is gone.
  let notices: AsyncStream<String?>
  private let notice: AsyncStream<String?>.Continuation
  private let path: String
  private let problem = Mutex<String?>(nil)
  /// The keys of the last time that the file could be used.
  private let known: Mutex<[OperatorKey]>

  /// How often the file is looked at where nobody enrols.
  private static let pause = Duration.seconds(2)

  /// Takes a file that can be used.
  init(_ path: String) throws(EnrolmentError) {
    self.path = path
    (notices, notice) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(10))
    known = Mutex(try Self.read(path))
  }

  /// The keys now, or those of the last time that the file could be used.
  ///
  /// A slip of the editor must not have a whole fleet, as it renews, obey nobody.
  func current() -> [OperatorKey] {
    do throws(EnrolmentError) {
      let keys = try Self.read(path)
      note(nil)
      known.withLock { $0 = keys }
      return keys
    } catch {
      note(error.description)
      return known.withLock(\.self)
    }
  }

  func run() async throws {
    while !Task.isShuttingDownGracefully {
      _ = current()
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pause) }
    }
    notice.finish()
  }

  private func note(_ found: String?) {
    let isNew = problem.withLock { old in
      defer { old = found }
      return old != found
    }
    if isNew { notice.yield(found) }
  }

  private static func read(_ path: String) throws(EnrolmentError) -> [OperatorKey] {
    do {
      return try OperatorKey.list(try Files.read(path, limit: 16_384))
    } catch {
      throw EnrolmentError(
        .files, "\(path): \(error). It holds a list of what 'kadomori-collector command-key show' prints.")
    }
  }
}
