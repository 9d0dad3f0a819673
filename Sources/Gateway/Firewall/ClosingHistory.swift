import FoundationEssentials
import Glibc
import LinuxIO
package import Posture

/// What happened to the closings, newest last, in a file that the agent reads: a line of JSON for each.
///
/// It tells a story and decides nothing: a disk that takes none of it keeps nobody from closing or opening. So it is not
/// brought to the disk at once either, and a power cut can lose its end.
package struct ClosingHistory {
  /// More changes than this are not kept, the oldest go.
  private static let limit = 2048
  /// A line has at most a few hundred bytes.
  private static let fileLimit = 4 << 20
  package static let file = "/changes.jsonl"

  private let path: String
  private let bootID: String
  package private(set) var changes: [ClosingChange] = []
  /// How many lines the file has, so that it does not grow for ever.
  private var lines = 0

  /// Reads what is there; lines that make no sense are passed over.
  package init(directory: String, bootID: String) {
    path = directory + Self.file
    self.bootID = bootID
    let bytes = (try? Files.read(path, limit: Self.fileLimit)) ?? []
    let found = bytes.split(separator: 0x0a)
    lines = bytes.isEmpty || bytes.last == 0x0a ? found.count : Self.limit * 2
    changes = Self.changes(in: bytes).suffix(Self.limit)
  }

  /// Reads the lines of a file.
  package static func changes(in bytes: [UInt8]) -> [ClosingChange] {
    bytes.split(separator: 0x0a).compactMap {
      try? JSONDecoder().decode(ClosingChange.self, from: Data($0))
    }
  }

  /// Notes changes, whose number and time are set here.
  package mutating func note(_ new: [ClosingChange]) {
    guard !new.isEmpty else { return }
    var next = (changes.last?.number ?? 0) + 1
    let numbered = new.map { change in
      var change = change
      (change.number, change.bootID, change.time) = (next, bootID, Clocks.wall)
      change.uptimeMilliseconds = Clocks.sinceBoot.milliseconds
      next += 1
      return change
    }
    changes = (changes + numbered).suffix(Self.limit)
    lines += numbered.count
    // A file of root's, who opened everything while no helper ran, is replaced too.
    guard lines > Self.limit * 2 || !append(Self.text(numbered)) else { return }
    try? Files.replace(path, with: Self.text(changes), mode: 0o640)
    lines = changes.count
  }

  private static func text(_ changes: [ClosingChange]) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return changes.flatMap { change in ((try? encoder.encode(change)).map { [UInt8]($0) } ?? []) + [0x0a] }
  }

  /// Writes at the end of a file that is there.
  private func append(_ bytes: [UInt8]) -> Bool {
    let number = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
    guard number >= 0 else { return false }
    let file = Descriptor(owning: number)
    return (try? file.write(bytes[...])) == bytes.count
  }
}
