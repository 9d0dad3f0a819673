package import Addresses
import CLinux
import Glibc

/// One entry of the kernel's table of who has which address on a link (rtnetlink(7)).
package struct Neighbour: Hashable, Sendable {
  package let address: IPAddress
  package let hardwareAddress: MACAddress
}

extension Neighbour {
  /// Reads the neighbour table of one interface, both protocol versions.
  package static func table(of interface: NetworkInterface) throws(SystemError) -> [Neighbour] {
    let number = try system("socket(NETLINK_ROUTE)", interface.name) {
      socket(AF_NETLINK, SocketKind.kernelQuestion, CInt(NETLINK_ROUTE))
    }
    let netlink = Descriptor(owning: number)
    var request = [UInt8](repeating: 0, count: 16 + MemoryLayout<ndmsg>.size)
    request.withUnsafeMutableBytes { bytes in
      bytes.storeBytes(of: UInt32(bytes.count), as: UInt32.self)
      bytes.storeBytes(of: UInt16(RTM_GETNEIGH), toByteOffset: 4, as: UInt16.self)
      bytes.storeBytes(of: UInt16(NLM_F_REQUEST | NLM_F_DUMP), toByteOffset: 6, as: UInt16.self)
    }
    try system("send", interface.name) { send(number, request, request.count, 0) }
    var found: [Neighbour] = []
    while let datagram = try netlink.read(limit: 65_536), !datagram.isEmpty {
      guard parse(datagram, index: interface.index, into: &found) else { break }
    }
    return found
  }

  /// Appends the entries of one netlink datagram.
  ///
  /// - Returns: whether more datagrams follow.
  static func parse(_ datagram: [UInt8], index: Int, into found: inout [Neighbour]) -> Bool {
    let message = NetlinkBytes(datagram)
    var offset = 0
    while offset + 16 <= datagram.count {
      let length = Int(message.word(offset))
      guard length >= 16, offset + length <= datagram.count else { return false }
      let type = Int(message.half(offset + 4))
      if type == Int(NLMSG_DONE) || type == Int(NLMSG_ERROR) { return false }
      if type == Int(RTM_NEWNEIGH), length >= 28, Int(message.word(offset + 20)) == index {
        let state = Int(message.half(offset + 24))
        let usable = Int(NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT)
        if state & usable != 0 {
          let attributes = message.attributes(from: offset + 28, to: offset + length)
          if let address = attributes[Int(NDA_DST)].flatMap(IPAddress.init(octets:)),
            let mac = attributes[Int(NDA_LLADDR)].flatMap({ MACAddress(octets: $0) }), mac != .zero
          {
            found.append(Neighbour(address: address, hardwareAddress: mac))
          }
        }
      }
      offset += (length + 3) & ~3
    }
    return true
  }
}
