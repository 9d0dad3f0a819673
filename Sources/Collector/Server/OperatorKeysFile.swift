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

  /// How often the file is looked at where nobody enrols.
  private static let pause = Duration.seconds(2)

  /// Takes a file that can be used.
  init(_ path: String) throws(EnrolmentError) {
    self.path = path
    (notices, notice) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(10))
    _ = try read()
  }

  /// The keys now; a file that cannot be used names nobody: a gateway then obeys no command until it renews.
  func current() -> [OperatorKey] {
    do throws(EnrolmentError) {
      let keys = try read()
      note(nil)
      return keys
    } catch {
      note(error.description)
      return []
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

  private func read() throws(EnrolmentError) -> [OperatorKey] {
    do {
      return try OperatorKey.list(try Files.read(path, limit: 16_384))
    } catch {
      throw EnrolmentError(
        .files, "\(path): \(error). It holds a list of what 'kadomori-collector command-key show' prints.")
    }
  }
}
