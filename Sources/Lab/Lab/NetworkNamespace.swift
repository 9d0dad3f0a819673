import CLinux
import Foundation

/// A named network namespace as `ip netns` keeps them.
struct NetworkNamespace: Hashable, Sendable {
  static let directory = "/run/netns"

  let name: String
  var path: String { "\(Self.directory)/\(name)" }

  /// The number that tells namespaces apart while they live; `nil` when this one does not exist.
  var inode: UInt64? {
    var status = stat()
    guard stat(path, &status) == 0, UInt64(status.st_dev) == Self.device else { return nil }
    return UInt64(status.st_ino)
  }

  /// The device number of the kernel's namespace file system, which tells a mounted namespace from
  /// the empty file that a reboot or a crash leaves behind.
  private static let device: UInt64 = {
    var status = stat()
    return stat("/proc/self/ns/net", &status) == 0 ? UInt64(status.st_dev) : 0
  }()

  var exists: Bool { access(path, F_OK) == 0 }

  /// Opens a descriptor of the namespace.
  func open() throws -> Int32 {
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw LabError(.notFound, "no network namespace \(name)") }
    return descriptor
  }

  /// Moves the calling thread into a namespace; only for threads that end afterwards.
  static func enter(_ descriptor: Int32) throws {
    guard CLinux_enter_network_namespace(descriptor) == 0 else {
      throw LabError(.notPermitted, "cannot enter a network namespace: \(errorText(errno))")
    }
  }

  /// Runs `body` on a thread of its own inside the namespace.
  func perform<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) throws -> Result {
    let descriptor = try open()
    defer { close(descriptor) }
    return try onOwnThread {
      try Self.enter(descriptor)
      return try body()
    }
  }

  /// Writes a kernel setting below `/proc/sys` as this namespace sees it.
  func set(_ settings: [String: String]) throws {
    try perform {
      for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
        try Data(value.utf8).write(to: URL(fileURLWithPath: "/proc/sys/\(name)"))
      }
    }
  }
}

/// Runs `body` on a new thread and waits for it, so that what it does to its thread ends with it.
func onOwnThread<Output: Sendable>(_ body: @escaping @Sendable () throws -> Output) throws -> Output {
  let box = ResultBox<Output>(), done = DispatchSemaphore(value: 0)
  let thread = Thread {
    box.result = Result { try body() }
    done.signal()
  }
  thread.start()
  done.wait()
  guard let result = box.result else { preconditionFailure("the thread signals after storing its result") }
  return try result.get()
}

/// Carries a result out of a thread; unchecked because a semaphore orders the one write before the
/// one read.
private final class ResultBox<Output>: @unchecked Sendable {
  var result: Result<Output, any Error>?
}
