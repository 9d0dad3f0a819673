import CLinux
import Glibc
import LinuxIO

/// Tells when a default route comes or goes: the kernel's groups of routes (rtnetlink(7)).
struct RouteEvents {
  /// From <linux/rtnetlink.h>.
  private enum Number {
    static let protocolOfRoutes: CInt = 0
    static let groupsOfRoutes: UInt32 = 0x40 | 0x400
    static let newRoute: UInt16 = 24
    static let deletedRoute: UInt16 = 25
  }

  let descriptor: Descriptor

  init() throws(SystemError) {
    let number = try system("socket(NETLINK_ROUTE)", "routes") {
      socket(
        AF_NETLINK, CInt(SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue),
        Number.protocolOfRoutes)
    }
    descriptor = Descriptor(owning: number)
    var address = sockaddr_nl()
    address.nl_family = sa_family_t(AF_NETLINK)
    address.nl_groups = Number.groupsOfRoutes
    try system("bind", "routes") {
      withUnsafePointer(to: address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(number, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
        }
      }
    }
  }

  /// Reads all that waits; whether a default route may be another now.
  func take() -> Bool {
    var seen = false
    while true {
      do throws(SystemError) {
        guard let bytes = try descriptor.read(limit: 65_536), !bytes.isEmpty else { return seen }
        seen = seen || Self.isAboutDefault(bytes)
      } catch {
        // What the kernel dropped (ENOBUFS) may have been one.
        guard error.code == ENOBUFS else { return seen }
        seen = true
      }
    }
  }

  /// Whether one datagram tells of a route to everywhere: `rtm_dst_len`, the second byte of its `rtmsg`, is 0.
  static func isAboutDefault(_ datagram: [UInt8]) -> Bool {
    var offset = 0
    while offset + 28 <= datagram.count {
      let (length, type) = datagram.withUnsafeBytes {
        (
          Int($0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)),
          $0.loadUnaligned(fromByteOffset: offset + 4, as: UInt16.self)
        )
      }
      guard length >= 28, length <= datagram.count - offset else { return false }
      if type == Number.newRoute || type == Number.deletedRoute, datagram[offset + 17] == 0 { return true }
      offset += (length + 3) & ~3
    }
    return false
  }
}
