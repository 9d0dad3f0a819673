import Addresses
import LANScan
package import Posture

/// Which of a scan's devices are those of the report before, so that they keep their ids.
///
/// A device is the one that had any of its hardware addresses: the one that is known by it before one that once had
/// it. A device of which no hardware address is known is one whose hardware address has changed, where something it
/// says of itself fits one device of the report before, no other of either, and that one was not seen: a UUID, an
/// engine id, a DUID, or the name in mDNS with a key. Nothing else that it says may contradict.
/// Who imitates a device that is away takes its id, with all its findings and decisions, and is told as
/// `hardware-changed`.
package struct Continuity {
  /// The most further hardware addresses that are remembered.
  package static let macLimit = 8

  /// What was seen, each with the id, the first sight and the hardware addresses of the device it is.
  package private(set) var devices: [Device]
  /// The devices of the report before that were not seen.
  package private(set) var unseen: [Device] = []

  /// Joins a scan to the report before.
  ///
  /// An interrupted scan tells nothing of who was not seen, so in it only hardware addresses count.
  package init(of seen: [Device], after previous: [Device], isComplete: Bool) {
    devices = seen
    let here = Set(seen.flatMap(\.macs))
    var successors: [Int: Int] = [:]
    var heirs: Set<Int> = []
    func join(_ old: Int, _ new: Int) {
      guard successors[old] == nil, heirs.insert(new).inserted else { return }
      successors[old] = new
    }
    for (old, new) in Self.byHardware(previous, seen) { join(old, new) }
    if isComplete {
      let lost = previous.indices.filter { successors[$0] == nil && here.isDisjoint(with: previous[$0].macs) }
      for (old, new) in Self.byMarks(previous, seen) where lost.contains(old) { join(old, new) }
    }
    for (old, new) in successors {
      devices[new] = Self.device(seen[new], continuing: previous[old], here: here)
    }
    unseen = previous.indices.filter { index in
      successors[index] == nil && !(previous[index].mac.map(here.contains) ?? false)
    }.map { index in
      var device = previous[index]
      device.otherMACs.removeAll(where: here.contains)
      return device
    }
    var taken = Set(unseen.map(\.id)).union(heirs.map { devices[$0].id })
    for index in devices.indices.sorted(by: { Self.rank(seen[$0]) < Self.rank(seen[$1]) })
    where !heirs.contains(index) {
      devices[index].id = Self.free(devices[index].id, among: taken)
      taken.insert(devices[index].id)
    }
  }

  private static func rank(_ device: Device) -> UInt64 { device.mac?.bits ?? .max }

  /// The id, or where it belongs to who has taken over its hardware address, the id with a number.
  private static func free(_ id: String, among taken: Set<String>) -> String {
    guard taken.contains(id) else { return id }
    return (2...).lazy.map { "\(id)-\($0)" }.first { !taken.contains($0) } ?? id
  }

  private static func device(_ seen: Device, continuing old: Device, here: Set<MACAddress>) -> Device {
    var device = seen
    device.id = old.id
    device.firstSeen = old.firstSeen ?? seen.firstSeen
    let former = old.macs.filter { !here.contains($0) }
    device.otherMACs = Array((seen.otherMACs + former).prefix(macLimit))
    return device
  }

  /// Pairs that share a hardware address, the surest first.
  private static func byHardware(_ previous: [Device], _ seen: [Device]) -> [(old: Int, new: Int)] {
    var owners: [MACAddress: [Int]] = [:]
    for (index, device) in previous.enumerated() {
      for mac in device.macs { owners[mac, default: []].append(index) }
    }
    struct Candidate {
      let old: Int
      let new: Int
      let order: (Int, Int64, UInt64, UInt64)
    }
    var candidates: [Candidate] = []
    for (new, device) in seen.enumerated() {
      for mac in device.macs {
        for old in owners[mac] ?? [] {
          let isCurrent = previous[old].mac == mac
          let doubt = isCurrent && device.mac == mac ? 0 : isCurrent ? 1 : 2
          candidates.append(
            Candidate(
              old: old, new: new,
              order: (
                doubt, previous[old].firstSeen?.milliseconds ?? .max, rank(previous[old]), rank(device)
              )))
        }
      }
    }
    return candidates.sorted { $0.order < $1.order }.map { ($0.old, $0.new) }
  }

  /// Pairs of which each is the only one that says what both say.
  private static func byMarks(_ previous: [Device], _ seen: [Device]) -> [(old: Int, new: Int)] {
    let before = previous.map(IdentityMarks.init(of:))
    let after = seen.map(IdentityMarks.init(of:))
    let (old, new) = (holders(of: before), holders(of: after))
    var shared: [Int: [Int: Set<IdentityMarks.Mark>]] = [:]
    for (mark, indices) in new where indices.count == 1 {
      guard let others = old[mark], others.count == 1 else { continue }
      shared[indices[0], default: [:]][others[0], default: []].insert(mark)
    }
    var pairs: [(old: Int, new: Int)] = []
    for index in seen.indices {
      let fitting = (shared[index] ?? [:]).filter { before[$0.key].isSame(as: after[index], by: $0.value) }
      if fitting.count == 1, let other = fitting.keys.first { pairs.append((other, index)) }
    }
    let successors = Dictionary(grouping: pairs, by: \.old)
    return pairs.filter { successors[$0.old]?.count == 1 }
  }

  private static func holders(of all: [IdentityMarks]) -> [IdentityMarks.Mark: [Int]] {
    var holders: [IdentityMarks.Mark: [Int]] = [:]
    for (index, marks) in all.enumerated() {
      for mark in marks.marks { holders[mark, default: []].append(index) }
    }
    return holders
  }
}

extension IdentityMarks {
  /// Whether what both say suffices to be the same device at another time.
  fileprivate func isSame(as other: Self, by shared: Set<Mark>) -> Bool {
    guard !contradicts(other) else { return false }
    var isNamed = false
    var hasKey = false
    for mark in shared {
      switch mark.kind {
      case .uuid, .duid, .engine: return true
      case .mdnsName: isNamed = true
      case .hostKey, .certificate: hasKey = true
      case .netBIOSName: break
      }
    }
    return isNamed && hasKey
  }
}
