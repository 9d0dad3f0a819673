package import Addresses
import CLinux
import Glibc

/// A socket of this network namespace as the kernel lists it (sock_diag(7)).
package struct ListedSocket: Hashable, Sendable {
  /// The address it is bound to; all zeros for every one.
  package var address: IPAddress
  package var port: Port
  /// Where the other end is; its port is 0 where there is none.
  package var peer: Endpoint
  /// Whether a socket of version 6 takes version 4 too.
  package var takesVersion4: Bool
  /// The interface it is tied to; 0 for none.
  package var interfaceIndex: Int
  package var uid: UInt32
  package var inode: UInt32
  /// The inode of its control group's directory; `nil` where the kernel does not tell.
  package var controlGroup: UInt64?

  package init(
    address: IPAddress, port: Port, peer: Endpoint, takesVersion4: Bool = false, interfaceIndex: Int = 0,
    uid: UInt32 = 0, inode: UInt32 = 0, controlGroup: UInt64? = nil
  ) {
    self.address = address
    self.port = port
    self.peer = peer
    self.takesVersion4 = takesVersion4
    self.interfaceIndex = interfaceIndex
    self.uid = uid
    self.inode = inode
    self.controlGroup = controlGroup
  }
}

/// The kernel's tables of sockets; needs no privilege.
package enum SocketTable {
  /// TCP sockets that listen, and UDP sockets without a peer, of both protocol versions.
  package static func waiting() throws(SystemError) -> [ListedSocket] {
    try read(.tcp, states: 1 << UInt32(TCPState.listen)) + read(.udp, states: 1 << UInt32(TCPState.close))
  }

  /// TCP connections that stand, of both protocol versions.
  package static func connections() throws(SystemError) -> [ListedSocket] {
    try read(.tcp, states: 1 << UInt32(TCPState.established))
  }

  /// The numbers of include/net/tcp_states.h, which no header of user space has.
  private enum TCPState {
    static let established = 1
    static let close = 7
    static let listen = 10
  }

  private static func read(_ transport: Transport, states: UInt32) throws(SystemError) -> [ListedSocket] {
    var found: [ListedSocket] = []
    for family in [AF_INET, AF_INET6] {
      let number = try system("socket(NETLINK_SOCK_DIAG)", "sockets") {
        socket(AF_NETLINK, SocketKind.kernelQuestion, CInt(NETLINK_SOCK_DIAG))
      }
      let netlink = Descriptor(owning: number)
      var request = [UInt8](repeating: 0, count: 16 + MemoryLayout<inet_diag_req_v2>.size)
      request.withUnsafeMutableBytes { bytes in
        bytes.storeBytes(of: UInt32(bytes.count), as: UInt32.self)
        bytes.storeBytes(of: UInt16(SOCK_DIAG_BY_FAMILY), toByteOffset: 4, as: UInt16.self)
        bytes.storeBytes(of: UInt16(NLM_F_REQUEST | NLM_F_DUMP), toByteOffset: 6, as: UInt16.self)
        bytes[16] = UInt8(family)
        bytes[17] = UInt8(transport == .tcp ? IPPROTO_TCP : IPPROTO_UDP)
        bytes.storeBytes(of: states, toByteOffset: 20, as: UInt32.self)
      }
      try system("send", "sockets") { send(number, request, request.count, 0) }
      while let datagram = try netlink.read(limit: 65_536), !datagram.isEmpty {
        guard try parse(datagram, transport, into: &found) else { break }
      }
    }
    return found
  }

  /// Appends the sockets of one netlink datagram.
  ///
  /// - Returns: whether more datagrams follow.
  package static func parse(
    _ datagram: [UInt8], _ transport: Transport, into found: inout [ListedSocket]
  ) throws(SystemError) -> Bool {
    let message = NetlinkBytes(datagram)
    var offset = 0
    while offset + 16 <= datagram.count {
      let length = Int(message.word(offset))
      guard length >= 16, offset + length <= datagram.count else { return false }
      switch Int32(message.half(offset + 4)) {
      case NLMSG_DONE: return false
      case NLMSG_ERROR:
        throw SystemError(0 &- Int32(bitPattern: message.word(offset + 16)), "sock_diag", "sockets")
      default:
        if let socket = listed(message, offset + 16, offset + length, transport) { found.append(socket) }
      }
      offset += (length + 3) & ~3
    }
    return true
  }

  /// Reads one `inet_diag_msg` and what follows it.
  private static func listed(
    _ message: NetlinkBytes, _ start: Int, _ end: Int, _ transport: Transport
  ) -> ListedSocket? {
    guard start + MemoryLayout<inet_diag_msg>.size <= end else { return nil }
    let size = message.bytes[start] == UInt8(AF_INET) ? 4 : 16
    guard let address = IPAddress(octets: message.bytes[(start + 8)..<(start + 8 + size)]),
      let peer = IPAddress(octets: message.bytes[(start + 24)..<(start + 24 + size)])
    else { return nil }
    let attributes = message.attributes(from: start + MemoryLayout<inet_diag_msg>.size, to: end)
    let isOnlyVersion6 = attributes[Int(INET_DIAG_SKV6ONLY)]?.first == 1
    return ListedSocket(
      address: address, port: Port(transport, message.half(start + 4).byteSwapped),
      peer: Endpoint(peer, message.half(start + 6).byteSwapped),
      takesVersion4: size == 16 && !isOnlyVersion6, interfaceIndex: Int(message.word(start + 40)),
      uid: message.word(start + 64), inode: message.word(start + 68),
      controlGroup: attributes[Int(INET_DIAG_CGROUP_ID)].flatMap { value in
        value.count == 8 ? value.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } : nil
      })
  }
}
