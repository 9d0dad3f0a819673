import CLinux
import Glibc
import LinuxIO

/// Asks the kernel itself whether there is a table, in a tenth of a millisecond: `nft` takes some milliseconds for it, and
/// the helper starts with this question while somebody waits for a port to close.
enum TableQuestion {
  /// From <linux/netfilter/nfnetlink.h> and <linux/netfilter/nf_tables.h>.
  private enum Number {
    static let protocolOfNetfilter: CInt = 12
    /// NFT_MSG_GETTABLE of NFNL_SUBSYS_NFTABLES.
    static let getTable: UInt16 = 10 << 8 | 1
    static let familyInet: UInt8 = 1
    static let attributeTable: UInt16 = 1
  }

  /// Whether there is a table `name` of the family `inet`.
  ///
  /// Needs CAP_NET_ADMIN.
  static func exists(_ name: String) throws(SystemError) -> Bool {
    let number = try system("socket(NETLINK_NETFILTER)", "nftables") {
      socket(AF_NETLINK, CInt(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), Number.protocolOfNetfilter)
    }
    let netlink = Descriptor(owning: number)
    let question = question(name)
    try system("send", "nftables") { send(number, question, question.count, 0) }
    // The kernel has answered by the time that send returns (netlink(7)).
    guard let answer = try netlink.read(limit: 65_536), answer.count >= 20 else {
      throw SystemError(EBADMSG, "recv", "nftables")
    }
    let (type, code): (UInt16, CInt) = answer.withUnsafeBytes {
      (
        $0.loadUnaligned(fromByteOffset: 4, as: UInt16.self),
        $0.loadUnaligned(fromByteOffset: 16, as: CInt.self)
      )
    }
    guard type == UInt16(NLMSG_ERROR) else { return true }
    guard code == -ENOENT else { throw SystemError(-code, "recv", "nftables") }
    return false
  }

  /// A header of netlink, one of nfnetlink, and the name as an attribute.
  private static func question(_ name: String) -> [UInt8] {
    let text = Array(name.utf8) + [0]
    let padded = text + [UInt8](repeating: 0, count: (4 - text.count % 4) % 4)
    var bytes = [UInt8](repeating: 0, count: 24) + padded
    let length = bytes.count
    bytes.withUnsafeMutableBytes { raw in
      raw.storeBytes(of: UInt32(length), as: UInt32.self)
      raw.storeBytes(of: Number.getTable, toByteOffset: 4, as: UInt16.self)
      raw.storeBytes(of: UInt16(NLM_F_REQUEST), toByteOffset: 6, as: UInt16.self)
      raw[16] = Number.familyInet
      raw.storeBytes(of: UInt16(4 + text.count), toByteOffset: 20, as: UInt16.self)
      raw.storeBytes(of: Number.attributeTable, toByteOffset: 22, as: UInt16.self)
    }
    return bytes
  }
}
