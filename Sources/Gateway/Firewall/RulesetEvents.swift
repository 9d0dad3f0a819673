import CLinux
import Glibc
import LinuxIO

/// Tells when somebody else changes a table of ours: the kernel's group of nftables events (netlink(7)).
struct RulesetEvents {
  /// From <linux/netfilter/nfnetlink.h> and <linux/netfilter/nf_tables.h>.
  private enum Number {
    static let protocolOfNetfilter: CInt = 12
    static let groupOfTables: CInt = 7
    static let subsystemOfTables: UInt16 = 10
    static let familyInet: UInt8 = 1
    /// Attribute 1 names the table in every message about a table or what is in it.
    static let attributeTable: UInt16 = 1
    static let joinGroup: CInt = 1
    static let levelNetlink: CInt = 270
  }

  /// Which of our tables others have changed; all of them where the kernel dropped events (ENOBUFS): then look again.
  typealias Seen = Set<OwnTable>

  let descriptor: Descriptor

  /// Needs CAP_NET_ADMIN.
  init() throws(SystemError) {
    let number = try system("socket(NETLINK_NETFILTER)", "nftables") {
      socket(
        AF_NETLINK, CInt(SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue),
        Number.protocolOfNetfilter)
    }
    descriptor = Descriptor(owning: number)
    var address = sockaddr_nl()
    address.nl_family = sa_family_t(AF_NETLINK)
    try system("bind", "nftables") {
      withUnsafePointer(to: address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(number, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
        }
      }
    }
    var group = Number.groupOfTables
    try system("setsockopt(NETLINK_ADD_MEMBERSHIP)", "nftables") {
      setsockopt(
        number, Number.levelNetlink, Number.joinGroup, &group, socklen_t(MemoryLayout<CInt>.size))
    }
  }

  /// Reads all that waits; `own` are the processes whose changes are ours.
  func take(own: [UInt32]) -> Seen {
    var seen: Seen = []
    while true {
      let datagram: [UInt8]
      do throws(SystemError) {
        guard let bytes = try descriptor.read(limit: 65_536), !bytes.isEmpty else { return seen }
        datagram = bytes
      } catch {
        guard error.code == ENOBUFS else { return seen }
        seen = Set(OwnTable.allCases)
        continue
      }
      for table in OwnTable.allCases where !seen.contains(table) {
        if Self.touches(datagram, table: table.rawValue, own: own) { seen.insert(table) }
      }
    }
  }

  /// Whether one datagram tells of a change of a table that none of the `own` processes made.
  static func touches(_ datagram: [UInt8], table: String, own: [UInt32]) -> Bool {
    var offset = 0
    while let message = Message(datagram, at: offset) {
      if message.type >> 8 == Number.subsystemOfTables, message.family == Number.familyInet,
        message.text(of: Number.attributeTable) == table, !own.contains(message.process)
      {
        return true
      }
      offset += (message.length + 3) & ~3
    }
    return false
  }
}

/// One message of nfnetlink; lengths in it are believed as far as the bytes go.
private struct Message {
  let type: UInt16
  let process: UInt32
  let family: UInt8
  let length: Int
  private let attributes: ArraySlice<UInt8>

  init?(_ bytes: [UInt8], at offset: Int) {
    guard offset + 20 <= bytes.count else { return nil }
    let header = bytes[offset..<(offset + 20)].withUnsafeBytes { raw in
      (
        raw.loadUnaligned(as: UInt32.self), raw.loadUnaligned(fromByteOffset: 4, as: UInt16.self),
        raw.loadUnaligned(fromByteOffset: 12, as: UInt32.self), raw[16]
      )
    }
    guard header.0 >= 20, Int(header.0) <= bytes.count - offset else { return nil }
    length = Int(header.0)
    type = header.1
    process = header.2
    family = header.3
    attributes = bytes[(offset + 20)..<(offset + length)]
  }

  func text(of wanted: UInt16) -> String? {
    var rest = attributes
    while rest.count >= 4 {
      let start = rest.startIndex
      let length = Int(rest[start]) | Int(rest[start + 1]) << 8
      let type = UInt16(rest[start + 2]) | UInt16(rest[start + 3]) << 8
      guard length >= 4, length <= rest.count else { return nil }
      if type & 0x3fff == wanted {
        return String(decoding: rest[(start + 4)..<(start + length)].prefix { $0 != 0 }, as: UTF8.self)
      }
      rest = rest.dropFirst((length + 3) & ~3)
    }
    return nil
  }
}
