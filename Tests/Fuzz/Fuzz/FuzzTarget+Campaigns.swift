import Campaigns

extension FuzzTarget {
  /// What a scanner tells its campaign, and a packed place of a shard: the first byte says which.
  static func campaigns(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let rest = Array(bytes.dropFirst())
    if first % 2 == 0 {
      if let line = ScannerLine(rest), case .found(let found) = line {
        precondition(FoundTarget.bucket(of: found.address, among: 16) < 16, "no such bucket")
      }
      return
    }
    let limit = 1 << 16
    if let unpacked = ZeroRuns.unpack(rest, limit: limit) {
      precondition(unpacked.count <= limit, "longer than it may be")
      precondition(
        ZeroRuns.unpack(ZeroRuns.pack(unpacked), limit: limit) == unpacked, "packed, it is something else")
    }
    precondition(ZeroRuns.unpack(ZeroRuns.pack(rest), limit: rest.count) == rest, "it does not come back")
  }
}
