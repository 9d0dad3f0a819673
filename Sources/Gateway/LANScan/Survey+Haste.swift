import Addresses
import Posture

extension Survey {
  /// Learns from an answer whether packets get lost, and whether the device becomes slow.
  mutating func countAnswer(to connection: Connection, now: Duration) {
    if connection.attempt.count == 0 { answeredAtOnce += 1 } else { answeredLater += 1 }
    guard let device = targets[connection.address]?.device else { return }
    manners[device]?.haste.note(now - connection.startedAt)
    guard let haste = manners[device]?.haste, haste.recent >= Haste.floor else { return }
    let verdict = haste.verdict(others: usualTime(without: device))
    if verdict != .fine { relieve(device, verdict) }
  }

  /// How long the other devices that are asked now take to answer of late: the median.
  private func usualTime(without device: MACAddress) -> Duration {
    let others = Set(active.compactMap { targets[$0]?.device }).subtracting([device])
    let times = others.compactMap { manners[$0]?.haste }.filter(\.isTelling).map(\.recent).sorted()
    return times.isEmpty ? .zero : times[times.count / 2]
  }

  /// Asks a device less that has become slow; and nothing more if that did not help.
  private mutating func relieve(_ device: MACAddress, _ verdict: Haste.Verdict) {
    guard var manners = manners[device] else { return }
    let isRelieved = targets.contains { $1.device == device && $1.result.remarks.contains(.slowedDown) }
    var remarks: Set<Remark> = []
    if !isRelieved {
      remarks = [.slowedDown]
      manners.pacer.slow(by: Haste.relief)
      manners.isFragile = true
      manners.haste.restart()
    } else if verdict == .unbearable {
      remarks = [.stoppedAnswering]
    }
    self.manners[device] = manners
    for (address, target) in targets where target.device == device {
      targets[address]?.result.remarks.formUnion(remarks)
    }
  }
}
