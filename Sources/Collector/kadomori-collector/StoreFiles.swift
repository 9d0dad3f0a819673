import ArgumentParser
import FleetStore
import Glibc
import LinuxIO

/// A file that has to be new, so that no other is overwritten.
enum NewFile {
  /// The path, absolute; ends the program where something is there.
  static func demand(_ path: String) throws -> String {
    guard access(path, F_OK) != 0 else {
      throw ValidationError("\(path) is there already; choose another name.")
    }
    return path
  }
}

/// A file that was opened by who called the program, before it became somebody else.
final class OpenFile {
  private let descriptor: Descriptor
  private let path: String
  private var rest: [UInt8] = []
  private var start = 0
  private var isOver = false

  init(reading path: String) throws {
    self.path = path
    descriptor = Descriptor(owning: try system("open", path) { open(path, O_RDONLY | O_CLOEXEC) })
  }

  func copy(toNew target: String) throws {
    let number = try system("open", target) { open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
    let output = Descriptor(owning: number)
    while let chunk = try descriptor.read(limit: 1 << 20), !chunk.isEmpty {
      var written = 0
      while written < chunk.count { written += try output.write(Array(chunk[written...])) }
    }
    try system("fsync", target) { fsync(number) }
  }

  /// The next line without its end, `nil` behind the last.
  func line() throws -> String? {
    while true {
      if let end = rest[start...].firstIndex(of: 0x0a) {
        defer { start = end + 1 }
        return try text(rest[start..<end])
      }
      if isOver {
        defer { start = rest.count }
        return start < rest.count ? try text(rest[start...]) : nil
      }
      rest.removeFirst(start)
      start = 0
      guard rest.count <= StoreDump.lineLimit else {
        throw DumpFault(line: 0, problem: "\(path): a line is longer than \(StoreDump.lineLimit >> 20) MiB")
      }
      let chunk = try descriptor.read(limit: 1 << 16) ?? []
      isOver = chunk.isEmpty
      rest += chunk
    }
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw DumpFault(line: 0, problem: "\(path) is not UTF-8")
    }
    return text
  }
}

/// Copies of files that only their owner may read.
enum FileCopy {
  /// Copies into a file that is made by who called the program.
  static func copy(_ source: String, toNew target: String) throws {
    let open = try OpenFile(reading: source)
    try StateOwner.asCaller { try open.copy(toNew: target) }
  }
}

/// Makes sure that no collector runs.
enum StoppedCollector {
  static func lock(_ directory: String) throws -> Descriptor {
    guard let lock = try Files.lock(directory + "/lock") else {
      talk("a collector uses \(directory); stop it first (systemctl stop kadomori-collector)")
      throw ExitCode(ExitStatus.unavailable.rawValue)
    }
    return lock
  }
}
