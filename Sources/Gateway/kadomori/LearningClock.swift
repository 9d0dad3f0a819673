import Agent
import LinuxIO
import Posture

/// For how long the kernel has been learning without a break: the sets are lost with a restart, and with their table.
struct LearningClock: Codable {
  var bootID: String
  var table: Int
  /// When the table was first seen, in milliseconds since the machine started.
  var sinceMilliseconds: Int64

  private enum CodingKeys: String, CodingKey {
    case table
    case bootID = "boot_id"
    case sinceMilliseconds = "since_ms"
  }

  /// The seconds since our table was first seen; noted, where this user may, when it is new.
  static func seconds(table: Int?, bootID: String, _ paths: Paths) -> Int? {
    guard let table else { return nil }
    let now = Clocks.sinceBoot.milliseconds
    let path = paths.state + "/learning.json"
    if let bytes = try? Files.read(path, limit: 4096), let known = JSON.decode(LearningClock.self, bytes),
      known.bootID == bootID, known.table == table, known.sinceMilliseconds <= now
    {
      return Int((now - known.sinceMilliseconds) / 1000)
    }
    let new = LearningClock(bootID: bootID, table: table, sinceMilliseconds: now)
    if let bytes = try? JSON.encode(new) { try? Files.replace(path, with: bytes, mode: 0o600) }
    return 0
  }

  /// Which start of the machine this is.
  static var currentBoot: String {
    let bytes = (try? Files.read("/proc/sys/kernel/random/boot_id", limit: 64)) ?? []
    return String(decoding: bytes.filter { $0 != 0x0a }, as: UTF8.self)
  }
}
