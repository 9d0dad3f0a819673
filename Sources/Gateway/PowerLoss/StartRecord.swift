import LinuxIO

/// What the agent leaves on disk for the next time it starts.
///
/// A few lines of text with a first and a last one that are always the same, so that a file that was cut short is known
/// as one; it is at most ``limit`` bytes.
package struct StartRecord: Hashable, Sendable {
  /// The kernel's name of the boot it was written in.
  package var bootID: String
  /// How long the machine had been up.
  package var uptime: Duration
  /// Whether the agent ended in order after that.
  package var isClean = false
  /// When the hold began that is in course, on the clock of that boot.
  package var holdBegan: Duration?
  /// Refusals since the last stable session.
  package var failures = 0
  /// Records of kernel panics that were there already.
  package var panics: [String] = []

  static let limit = 4096
  /// The most panics that are told apart.
  static let panicLimit = 32
  private static let (head, end) = ("kadomori start 1", "whole")

  package init(bootID: String, uptime: Duration) {
    self.bootID = bootID
    self.uptime = uptime
  }

  /// Reads a record; `nil` where it is none, or not whole.
  package init?(bytes: [UInt8]) {
    let lines = String(decoding: bytes.prefix(Self.limit), as: UTF8.self).split(separator: "\n")
    guard lines.count >= 4, lines.first == Self.head[...], lines.last == Self.end[...] else { return nil }
    var fields: [Substring: Substring] = [:]
    for line in lines.dropFirst().dropLast() {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      if parts[0] == "panic" { panics.append(String(parts[1])) } else { fields[parts[0]] = parts[1] }
    }
    guard let boot = fields["boot"], let up = fields["uptime_ms"].flatMap({ Int64($0) }), up >= 0 else {
      return nil
    }
    bootID = String(boot)
    uptime = .milliseconds(up)
    isClean = fields["ended"] == "in-order"
    holdBegan = fields["hold_ms"].flatMap { Int64($0) }.map { .milliseconds(max(0, $0)) }
    failures = fields["failures"].flatMap { Int($0) } ?? 0
  }

  package var bytes: [UInt8] {
    var lines = [Self.head, "boot \(bootID)", "uptime_ms \(uptime.milliseconds)"]
    lines.append("ended \(isClean ? "in-order" : "not-yet")")
    if let holdBegan { lines.append("hold_ms \(holdBegan.milliseconds)") }
    if failures != 0 { lines.append("failures \(failures)") }
    lines += panics.prefix(Self.panicLimit).map { "panic \($0)" }
    lines.append(Self.end)
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }
}
