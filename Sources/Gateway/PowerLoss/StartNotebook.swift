import LinuxIO

/// Gathers the evidence of why we started, and notes what the next start has to know.
///
/// Every write is synced with its directory. There are two of them in a start and an end, one when a hold begins and
/// ends, and one an hour to tell how long the machine has been up.
package final class StartNotebook {
  /// How often it is noted that the machine is up: 100 KB a day.
  package static let heartbeat: Duration = .seconds(3600)

  package let evidence: StartEvidence
  private let path: String
  private var record: StartRecord
  /// Why the last write failed; `nil` where it did not.
  package private(set) var problem: String?

  /// Reads what is there; `root` is where `proc` and `sys` are.
  package init(path: String, root: String = "", now: Duration) {
    self.path = path
    evidence = StartEvidence(
      before: Self.before(path), bootID: Self.line(root + "/proc/sys/kernel/random/boot_id"),
      panics: (try? Files.names(in: root + "/sys/fs/pstore", suffix: "")) ?? [],
      watchdogReset: Self.watchdogReset(root + "/sys/class/watchdog"))
    record = StartRecord(bootID: evidence.bootID ?? "unknown", uptime: now)
    record.holdBegan = evidence.holdBegan
    record.failures = evidence.failures
    record.panics = Array(evidence.panics.filter { !$0.contains("\n") }.prefix(StartRecord.panicLimit))
  }

  /// Notes that we run: what comes after this and is not an end in order, was none.
  package func started(now: Duration) { write(now) }

  /// Notes what the uplink would go on with; does nothing where it is known.
  package func keep(holdBegan: Duration?, failures: Int, now: Duration) {
    guard record.holdBegan != holdBegan || record.failures != failures else { return }
    record.holdBegan = holdBegan
    record.failures = failures
    write(now)
  }

  package func beat(now: Duration) { write(now) }

  /// Notes the end in order, last of all.
  package func ended(now: Duration) {
    record.isClean = true
    write(now)
    record.isClean = false
  }

  private func write(_ now: Duration) {
    record.uptime = now
    do throws(SystemError) {
      try Files.replace(path, with: record.bytes, mode: 0o600)
      problem = nil
    } catch {
      problem = "\(error); after a restart it is not known whether power was lost: free space there"
    }
  }

  private static func before(_ path: String) -> StartEvidence.Before {
    guard Files.exists(path) else { return .nothing }
    guard let bytes = try? Files.read(path, limit: StartRecord.limit) else { return .damaged }
    return StartRecord(bytes: bytes).map { .record($0) } ?? .damaged
  }

  private static func line(_ path: String) -> String? {
    guard let bytes = try? Files.read(path, limit: 256) else { return nil }
    let text = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
    return text.isEmpty ? nil : text
  }

  /// `WDIOF_CARDRESET` in what a watchdog says of the last boot (linux/watchdog.h); many drivers always say 0.
  private static func watchdogReset(_ directory: String) -> Bool {
    let names = (try? Files.names(in: directory, suffix: "")) ?? []
    return names.prefix(8).contains { name in
      let status = line("\(directory)/\(name)/bootstatus").flatMap { Int($0) }
      return (status ?? 0) & 0x20 != 0
    }
  }
}
