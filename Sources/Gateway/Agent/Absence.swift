import Addresses
import LANScan
package import Posture

/// What becomes of a device of the report before that was not seen.
///
/// It stays as it was last known, with the remark `absent`, until ``limit`` after its last sight. One with an address
/// of its own choice and nothing wrong with it goes at once: phones choose another every day.
package enum Absence {
  /// 14 days, in milliseconds.
  package static let limit: Int64 = 14 * dayLength
  /// The most absent devices that are kept; those with findings, then those known longest.
  package static let deviceLimit = Inventory.deviceLimit
  /// What is wrong only with a device that is here.
  package static let momentary: Set<String> = ["address-conflict", "stopped-answering", "slowed-down"]

  private static let dayLength: Int64 = 86_400_000
  /// 2024-01-01: before this program was, no clock was right.
  private static let earliest = WallTime(milliseconds: 1_704_067_200_000)

  /// What stays of a report.
  package struct Remembered: Hashable, Sendable {
    package var devices: [Device] = []
    package var findings: [Finding] = []
  }

  private static func isPlausible(_ time: WallTime?, at now: WallTime) -> Bool {
    time.map { $0 >= earliest && $0.milliseconds <= now.milliseconds + dayLength } ?? false
  }

  /// Returns the absent devices and what is wrong with them.
  ///
  /// `now` is `nil` where the clock is not set: then no time passes. Nor does a jump of the clock make time pass. A
  /// last sight by a clock that was not set is remarked as such, and replaced by the first good time at which the
  /// device is not seen. And nobody is dropped who was there in the report before, so that after long darkness devices
  /// have until the next scan to come back.
  package static func remembered(_ unseen: [Device], of previous: PostureReport, now: WallTime?) -> Remembered
  {
    let findings = previous.findings.filter { !momentary.contains($0.check) }
    let faulty = Set(findings.map(\.device))
    var kept: [Device] = []
    for var device in unseen {
      if device.mac?.isLocallyAdministered == true, !faulty.contains(device.id) { continue }
      let wasAbsent = device.isAbsent
      var remarks = Set(device.remarks).subtracting([.stoppedAnswering]).union([.absent])
      if !wasAbsent, previous.scan.clockSynced == false { remarks.insert(.clockUnset) }
      if let now {
        let isSound = !remarks.contains(.clockUnset) && isPlausible(device.lastSeen, at: now)
        if isSound, wasAbsent, let time = device.lastSeen, now.milliseconds - time.milliseconds >= limit {
          continue
        }
        if !isSound { device.lastSeen = now }
        remarks.remove(.clockUnset)
      }
      device.remarks = remarks.sorted { $0.rawValue < $1.rawValue }
      kept.append(device)
    }
    if kept.count > deviceLimit {
      func rank(_ device: Device) -> (Int, Int64, String) {
        (faulty.contains(device.id) ? 0 : 1, device.firstSeen?.milliseconds ?? .max, device.id)
      }
      kept = Array(kept.sorted { rank($0) < rank($1) }.prefix(deviceLimit))
    }
    let ids = Set(kept.map(\.id))
    return Remembered(devices: kept, findings: findings.filter { ids.contains($0.device) })
  }
}
