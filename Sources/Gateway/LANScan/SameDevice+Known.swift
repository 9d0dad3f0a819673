import Addresses
package import Posture

extension SameDevice {
  /// Returns the devices with those as one that were one in the report before, where only an answer was lost.
  ///
  /// Of a host that answers for all its addresses on two ports, one lost answer to ARP leaves two devices that seem
  /// to quarrel about an address, now and then on a LAN that loses frames. They are joined where one claims some
  /// of the IPv4 addresses of the other and nothing else, and nothing they say contradicts.
  package static func rejoined(_ devices: [Device], known: [Device]) -> [Device] {
    var owners: [MACAddress: Int] = [:]
    for (index, device) in known.enumerated() {
      for mac in device.macs { owners[mac] = index }
    }
    var groups: [Int: [Device]] = [:]
    var result: [Device] = []
    for device in devices.sorted(by: isBetterKnown) {
      let owner = Set(device.macs.map { owners[$0] ?? -1 })
      guard owner.count == 1, let index = owner.first, index >= 0 else {
        result.append(device)
        continue
      }
      var group = groups[index] ?? []
      if let place = group.firstIndex(where: { isPart(device, of: $0) || isPart($0, of: device) }) {
        group[place] = group[place].joined(by: device)
      } else {
        group.append(device)
      }
      groups[index] = group
    }
    return (result + groups.values.joined()).sorted(by: isBefore)
  }

  private static func isBetterKnown(_ left: Device, _ right: Device) -> Bool {
    (left.mac.map(rank) ?? .max, left.id) < (right.mac.map(rank) ?? .max, right.id)
  }

  private static func isPart(_ part: Device, of whole: Device) -> Bool {
    let (few, many) = (claims(of: part), claims(of: whole))
    return !few.isEmpty && few.isSubset(of: many) && (2..<Inventory.addressLimit).contains(many.count)
      && part.macs.count + whole.macs.count <= groupLimit
      && !IdentityMarks(of: part).contradicts(IdentityMarks(of: whole)) && !part.answersOtherwise(than: whole)
  }
}
