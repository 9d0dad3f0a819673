import Agent
import LinuxIO
import Posture

/// What a report leaves for the next one: its number, and how far the kernel had counted.
///
/// The format wants what went over the wire since the report before; without that, as at the first report and after a
/// restart of the machine, nothing is told of it rather than everything since the start.
struct DeviceDefenderNumbers: Codable {
  var number: Int64
  var bootID: String
  var traffic: Traffic

  private static let fileLimit = 4096

  private enum CodingKeys: String, CodingKey {
    case number, traffic
    case bootID = "boot_id"
  }

  /// Counts, and returns the number of a new report and what went over the links since the last one.
  static func next(_ paths: Paths, links: Set<String>, bootID: String) -> (number: Int64, traffic: Traffic?) {
    let path = paths.state + "/device-defender.json"
    let last = (try? Files.read(path, limit: fileLimit)).flatMap { JSON.decode(Self.self, $0) }
    let counted = Traffic((try? Files.read("/proc/net/dev", limit: 1 << 20)) ?? [], of: links)
    let number = max(Clocks.wall.milliseconds / 1000, (last?.number ?? 0) + 1)
    let isSameStart = last?.bootID == bootID
    let new = Self(number: number, bootID: bootID, traffic: counted)
    // Where nothing can be kept, the next report is a first one again.
    if let bytes = try? JSON.encode(new) { try? Files.replace(path, with: bytes, mode: 0o600) }
    return (number, isSameStart ? last.flatMap { counted.since($0.traffic) } : nil)
  }
}
