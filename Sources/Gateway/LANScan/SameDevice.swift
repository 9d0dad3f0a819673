import Addresses
import Cryptography
package import Posture

/// Makes one entry of the hardware addresses that belong to one device.
///
/// A device hidden in another's entry is worse than a device with two entries, so two hardware addresses are one
/// device only where the evidence weighs ``enough`` and nothing contradicts:
///
/// | evidence | weight |
/// |---|---|
/// | both claim the same IPv4 addresses, at least two and one for each of them | 2 |
/// | a UUID, engine id or DUID of both that was made of the hardware address of one | 2 |
/// | the name in mDNS, which its owner defends | 1 |
/// | the name in NetBIOS, likewise | 1 |
/// | any other UUID, engine id, DUID, SSH host key or certificate, in all | 1 |
///
/// The first is how Linux answers ARP: on every interface for all its addresses. The last row is what an image of a
/// disk or of firmware carries, so devices of one model, and copies of one machine, may share all of it; and
/// whatever of it more than two have is nobody's. It contradicts when both have a mark of one kind and not the
/// same, when both claim an IPv4 address in any other way, when one port answers in two ways, and when a DHCP
/// server knows them by two names.
///
/// Everything here can be imitated by a hostile device that has watched its victim. It gains one thing: that it is
/// told as a further hardware address of a known device (`hardware-changed`) rather than as a new device, and,
/// if it also takes over every address of a victim with two or more and has none of its own, that this is no
/// conflict of addresses. It does not get out of sight: the entry holds all hardware addresses, all addresses and
/// every service of both, and is judged by all of them.
package enum SameDevice {
  static let enough = 2
  /// The most hardware addresses of one device.
  package static let groupLimit = 8

  /// Returns the devices with those that are one as one entry, and with the DUIDs that leases tell.
  ///
  /// The order of what comes in makes no difference.
  package static func merged(_ devices: [Device], leases: [DHCPLease] = []) -> [Device] {
    let leases = Dictionary(leases.map { ($0.hardwareAddress, $0) }) { first, _ in first }
    var strangers: [Device] = []
    var entries: [Entry] = []
    for var device in devices {
      guard let mac = device.mac else {
        strangers.append(device)
        continue
      }
      if let duid = leases[mac]?.duid { device.facts[.duid] = Hexadecimal.text(duid) }
      entries.append(Entry(device, leaseName: leases[mac]?.name))
    }
    entries.sort { rank($0.mac) < rank($1.mac) }
    var groups = entries.indices.map { [$0] }
    var groupOf = Array(entries.indices)
    for pair in likely(entries) {
      let (left, right) = (groupOf[pair.first], groupOf[pair.second])
      let both = groups[left] + groups[right]
      guard left != right, both.count <= groupLimit,
        !groups[left].contains(where: { one in
          groups[right].contains { entries[one].contradicts(entries[$0]) }
        })
      else { continue }
      for index in groups[right] { groupOf[index] = left }
      groups[left] = both.sorted()
      groups[right] = []
    }
    let whole = groups.filter { !$0.isEmpty }.map { group in
      group.dropFirst().reduce(entries[group[0]].device) { $0.joined(by: entries[$1].device) }
    }
    return (whole + strangers).sorted(by: isBefore)
  }

  static func isBefore(_ left: Device, _ right: Device) -> Bool {
    let none = IPAddress.v4(.init(bits: 0))
    return (left.addresses.first ?? none, left.mac?.bits ?? 0, left.id)
      < (right.addresses.first ?? none, right.mac?.bits ?? 0, right.id)
  }

  /// Addresses that somebody gave out come before those that a device chose for itself.
  static func rank(_ mac: MACAddress) -> UInt64 { (mac.isLocallyAdministered ? 1 << 48 : 0) | mac.bits }

  static func claims(of device: Device) -> Set<IPAddress> {
    Set(device.addresses.filter { if case .v4 = $0 { true } else { false } })
  }

  // MARK: - Evidence

  private struct Pair: Hashable {
    let first: Int
    let second: Int
  }

  private struct Evidence {
    var claims = false
    var made = false
    var image = false
    var names: Set<IdentityMarks.Kind> = []

    var weight: Int { (claims ? 2 : 0) + (made ? 2 : 0) + (image ? 1 : 0) + names.count }
  }

  /// The pairs whose evidence suffices, the strongest first.
  private static func likely(_ entries: [Entry]) -> [Pair] {
    var evidence: [Pair: Evidence] = [:]
    func note(_ holders: [Int], _ change: (inout Evidence) -> Void) {
      for (place, first) in holders.enumerated() {
        for second in holders[(place + 1)...] {
          change(&evidence[Pair(first: first, second: second), default: Evidence()])
        }
      }
    }
    var holders: [IdentityMarks.Mark: [Int]] = [:]
    var claimants: [Set<IPAddress>: [Int]] = [:]
    for (index, entry) in entries.enumerated() {
      for mark in entry.marks.marks { holders[mark, default: []].append(index) }
      if entry.isMultihomed { claimants[entry.claims, default: []].append(index) }
    }
    for (mark, indices) in holders where (2...groupLimit).contains(indices.count) {
      switch mark.kind {
      case .mdnsName, .netBIOSName: note(indices) { $0.names.insert(mark.kind) }
      default:
        guard indices.count == 2 else { continue }
        let isMade = mark.isMade(of: Set(indices.map { entries[$0].mac }))
        note(indices) { if isMade { $0.made = true } else { $0.image = true } }
      }
    }
    for (claims, indices) in claimants where (2...min(groupLimit, claims.count)).contains(indices.count) {
      note(indices) { $0.claims = true }
    }
    return evidence.filter { $0.value.weight >= enough }.sorted {
      ($1.value.weight, $0.key.first, $0.key.second) < ($0.value.weight, $1.key.first, $1.key.second)
    }.map(\.key)
  }

  /// A device with what it is compared by.
  private struct Entry {
    let device: Device
    let mac: MACAddress
    let marks: IdentityMarks
    let claims: Set<IPAddress>
    let leaseName: String?

    init(_ device: Device, leaseName: String?) {
      self.device = device
      self.leaseName = leaseName?.lowercased()
      mac = device.mac ?? .zero
      marks = IdentityMarks(of: device)
      claims = SameDevice.claims(of: device)
    }

    /// A device at its limit answers for others.
    var isMultihomed: Bool { (2..<Inventory.addressLimit).contains(claims.count) }

    func contradicts(_ other: Self) -> Bool {
      if let leaseName, let name = other.leaseName, leaseName != name { return true }
      let isShared = !claims.isDisjoint(with: other.claims)
      if isShared, claims != other.claims || !isMultihomed { return true }
      return marks.contradicts(other.marks) || device.answersOtherwise(than: other.device)
    }
  }
}
