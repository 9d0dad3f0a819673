import Addresses
import Posture

extension DHCPLease {
  /// Reads Kea's `kea-leases4.csv`, whose first line names the columns (Kea Administrator Reference Manual,
  /// section "Why Is Lease File Cleanup Necessary?"; states in its section "The leaseX-get command").
  static func kea(_ bytes: [UInt8], now: WallTime) -> [DHCPLease] {
    var table = Table()
    var columns: [String: Int] = [:]
    for line in bytes.split(separator: 0x0a) {
      let cells = line.split(separator: 0x2c, maxSplits: 32, omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
      }
      if columns.isEmpty {
        for (index, name) in cells.enumerated() where columns[name] == nil { columns[name] = index }
        continue
      }
      func cell(_ name: String) -> String? {
        columns[name].flatMap { cells.indices.contains($0) && !cells[$0].isEmpty ? cells[$0] : nil }
      }
      guard let address = cell("address").flatMap({ IPv4Address($0) }),
        let mac = cell("hwaddr").flatMap({ MACAddress($0) })
      else { continue }
      // A lease that was given back is appended once more, as one that ends now.
      let isActive =
        cell("state") == "0" && (cell("expire").flatMap { Int64($0) } ?? 0) > now.milliseconds / 1000
      table.note(
        DHCPLease(
          hardwareAddress: mac, address: address, name: cell("hostname").map(hostName),
          clientID: cell("client_id").flatMap(octets)), isActive: isActive)
    }
    return table.leases
  }

  /// The name without the dot that ends a full one, and with the commas that Kea writes as `&#x2c`.
  private static func hostName(_ text: String) -> String {
    let name = text.replacing("&#x2c", with: ",")
    return name.hasSuffix(".") ? String(name.dropLast()) : name
  }
}
