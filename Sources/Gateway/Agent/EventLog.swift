import Glibc
package import LinuxIO
package import Posture

/// What happened, newest last, in a file with a line of JSON for each.
///
/// It tells a story and decides nothing: it is not brought to the disk at once, a power cut can lose its end, and a disk that
/// takes none of it stops nothing.
package struct EventLog {
  /// More are not kept, the oldest go.
  package static let limit = 2000
  /// Events of one scan; a device that makes up others must not push everything else out.
  package static let scanLimit = 100
  /// A line has at most a few hundred bytes.
  private static let fileLimit = 4 << 20

  private let path: String
  let bootID: String
  /// How many lines the file has, so that it does not grow for ever; `nil` where it ends in the middle of one.
  private var lines: Int?

  package init(_ paths: Paths) {
    path = paths.events
    bootID =
      (try? Files.read("/proc/sys/kernel/random/boot_id", limit: 64))
      .map { String(decoding: $0.prefix { $0 > 0x20 }, as: UTF8.self) } ?? "unknown"
    let bytes = (try? Files.read(path, limit: Self.fileLimit)) ?? []
    lines = bytes.isEmpty || bytes.last != 0x0a ? nil : bytes.count { $0 == 0x0a }
  }

  /// Reads the lines of a file, and how many make no sense.
  package static func events(in bytes: [UInt8]) -> (events: [AgentEvent], damaged: Int) {
    let all = bytes.split(separator: 0x0a)
    let events = all.compactMap { JSON.decode(AgentEvent.self, Array($0)) }
    return (events, all.count - events.count)
  }

  /// Reads what is there, and after it what the firewall's helper noted while no agent ran.
  ///
  /// Throws where the file is there and cannot be read.
  package static func read(_ paths: Paths) throws(SystemError) -> (events: [AgentEvent], damaged: Int) {
    let bytes = Files.exists(paths.events) ? try Files.read(paths.events, limit: fileLimit) : []
    var (events, damaged) = self.events(in: bytes)
    let told = events.lazy.compactMap(\.number).max() ?? 0
    let text = (try? Files.read(paths.closingChanges, limit: fileLimit)) ?? []
    let changes = text.split(separator: 0x0a).compactMap { JSON.decode(ClosingChange.self, Array($0)) }
    for change in changes where change.number > told {
      let event = AgentEvent(change)
      let place = events.lastIndex { $0.time <= event.time }.map { $0 + 1 } ?? 0
      events.insert(event, at: place)
    }
    return (events, damaged)
  }

  /// Notes events, whose time is set here where they have none.
  package mutating func note(_ new: [AgentEvent]) {
    guard !new.isEmpty else { return }
    let (wall, isSet, uptime) = (Clocks.wall, Clocks.wallIsSynchronised, Clocks.sinceBoot.milliseconds)
    var added: [UInt8] = []
    for event in new {
      var event = event
      if event.bootID.isEmpty {
        (event.time, event.clockSynced, event.bootID, event.uptimeMilliseconds) = (
          wall, isSet, bootID, uptime
        )
      }
      added += ((try? JSON.encode(event)) ?? []) + [0x0a]
    }
    if let known = lines, known + new.count <= 2 * Self.limit, append(added) {
      lines = known + new.count
      return
    }
    let old = ((try? Files.read(path, limit: Self.fileLimit)) ?? []).split(separator: 0x0a)
      .filter { JSON.decode(AgentEvent.self, Array($0)) != nil }.suffix(Self.limit)
    let kept = old.flatMap { $0 + [0x0a] }
    lines = (try? Files.replace(path, with: kept + added, mode: 0o600)) == nil ? nil : old.count + new.count
  }

  /// The digest that the last reading of the configuration left; `nil` where none did.
  package static func lastConfiguration(_ paths: Paths) -> String? {
    (try? read(paths))?.events.last { $0.subject == .configuration }?.id
  }

  private func append(_ bytes: [UInt8]) -> Bool {
    let number = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
    guard number >= 0 else { return false }
    let file = Descriptor(owning: number)
    return (try? file.write(bytes)) == bytes.count
  }
}
