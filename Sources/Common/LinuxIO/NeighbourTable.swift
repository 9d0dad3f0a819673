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
    func word(_ offset: Int) -> Int {
      guard offset + 4 <= datagram.count else { return 0 }
      return Int(datagram.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) })
    }
    func half(_ offset: Int) -> Int {
      guard offset + 2 <= datagram.count else { return 0 }
      return Int(datagram.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt16.self) })
    }
    var offset = 0
    while offset + 16 <= datagram.count {
      let length = word(offset)
      guard length >= 16, offset + length <= datagram.count else { return false }
      let type = half(offset + 4)
      if type == Int(NLMSG_DONE) || type == Int(NLMSG_ERROR) { return false }
      if type == Int(RTM_NEWNEIGH), length >= 28, word(offset + 20) == index {
        let state = half(offset + 24)
        let usable = Int(NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT)
        if state & usable != 0 {
          let attributes = attributes(of: datagram, from: offset + 28, to: offset + length)
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

  private static func attributes(of bytes: [UInt8], from start: Int, to end: Int) -> [Int: ArraySlice<UInt8>]
  {
    var found: [Int: ArraySlice<UInt8>] = [:]
    var offset = start
    while offset + 4 <= end {
      let length = Int(bytes[offset]) | Int(bytes[offset + 1]) << 8
      let type = Int(bytes[offset + 2]) | Int(bytes[offset + 3]) << 8
      guard length >= 4, offset + length <= end else { break }
      found[type] = bytes[(offset + 4)..<(offset + length)]
      offset += (length + 3) & ~3
    }
    return found
  }
}

extension IPAddress {
  fileprivate init?(octets: ArraySlice<UInt8>) {
    if octets.count == 4 {
      self = .v4(IPv4Address(bits: octets.reduce(0) { $0 << 8 | UInt32($1) }))
    } else if let address = IPv6Address(octets: octets) {
      self = .v6(address)
    } else {
      return nil
    }
  }
}
