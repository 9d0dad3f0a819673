import Foundation

/// A process that cannot be mistaken for a later one with the same pid.
struct ProcessIdentity: Hashable, Sendable, Codable {
  let pid: Int32
  /// When it started, in clock ticks since boot: field 22 of `/proc/PID/stat` (proc(5)).
  let startTime: UInt64

  /// Identifies the living process with this pid; `nil` when there is none.
  init?(_ pid: pid_t) {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let time = Self.startTime(inStat: text), !Self.isZombie(inStat: text)
    else { return nil }
    self.pid = pid
    startTime = time
  }

  /// A Boolean value indicating whether this very process still runs.
  var isAlive: Bool { ProcessIdentity(pid) == self }

  /// Reads field 22; the name in field 2 may hold spaces and parentheses.
  static func startTime(inStat text: String) -> UInt64? {
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 19 ? UInt64(fields[19]) : nil
  }

  /// Reads field 3, the state.
  private static func isZombie(inStat text: String) -> Bool {
    text[(text.lastIndex(of: ")") ?? text.endIndex)...].hasPrefix(") Z")
  }

  /// The kernel's identifier of this boot, the namespace in which start times mean something.
  static var boot: String {
    ((try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? "")
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
