import Posture
import Sightings

extension FuzzTarget {
  /// Lists of what others saw, and of who had which address.
  static func records(_ bytes: [UInt8]) {
    let now = WallTime(milliseconds: 1_795_780_800_000)
    let seen = RecordFile(sightings: bytes, source: nil, now: now)
    let had = RecordFile(tenures: bytes, now: now)
    for fault in seen.faults + had.faults {
      precondition(
        fault.description.unicodeScalars.allSatisfy { (0x20...0x7e).contains($0.value) },
        "a fault steers the terminal")
    }
    for tenure in had.values { precondition(AddressBlock(tenure.block.description) == tenure.block) }
  }
}
