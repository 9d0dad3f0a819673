import Addresses
import Glibc
import LinuxIO

/// The way that the kernel would send a packet (rtnetlink(7), RTM_GETROUTE).
struct Route: Hashable, Sendable {
  var interface: Int
  /// The router; `nil` where the address is on the link itself.
  var router: IPAddress?
  /// The address that the kernel would send from.
  var source: IPAddress?

  /// Asks for the way to an address; throws what the kernel says, such as ENETUNREACH.
  static func to(_ address: IPAddress) throws(SystemError) -> Route {
    let number = try system("socket(NETLINK_ROUTE)", "route") {
      socket(AF_NETLINK, CInt(SOCK_RAW.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    }
    let netlink = Descriptor(owning: number)
    let octets = address.octets
    // nlmsghdr, rtmsg, and one attribute: the destination (RTA_DST).
    var request = [UInt8](repeating: 0, count: 28 + 4 + octets.count)
    request.withUnsafeMutableBytes { bytes in
      bytes.storeBytes(of: UInt32(bytes.count), as: UInt32.self)
      bytes.storeBytes(of: 26, toByteOffset: 4, as: UInt16.self)
      bytes.storeBytes(of: 1, toByteOffset: 6, as: UInt16.self)
      bytes.storeBytes(of: UInt8(address.isVersion4 ? AF_INET : AF_INET6), toByteOffset: 16, as: UInt8.self)
      bytes.storeBytes(of: UInt8(octets.count * 8), toByteOffset: 17, as: UInt8.self)
      bytes.storeBytes(of: UInt16(4 + octets.count), toByteOffset: 28, as: UInt16.self)
      bytes.storeBytes(of: 1, toByteOffset: 30, as: UInt16.self)
      for (place, octet) in octets.enumerated() {
        bytes.storeBytes(of: octet, toByteOffset: 32 + place, as: UInt8.self)
      }
    }
    try system("send", "route to \(address)") { send(number, request, request.count, 0) }
    let answer = try netlink.read(limit: 8192) ?? []
    return try parse(answer, about: address)
  }

  static func parse(_ answer: [UInt8], about address: IPAddress) throws(SystemError) -> Route {
    func half(_ offset: Int) -> Int { Int(answer[offset]) | Int(answer[offset + 1]) << 8 }
    func word(_ offset: Int) -> Int { half(offset) | half(offset + 2) << 16 }
    let broken = SystemError(EBADMSG, "RTM_GETROUTE", "route to \(address)")
    guard answer.count >= 20 else { throw broken }
    // NLMSG_ERROR carries a negative errno value; 24 is RTM_NEWROUTE.
    if half(4) == 2 {
      throw SystemError(-CInt(truncatingIfNeeded: word(16)), "RTM_GETROUTE", "route to \(address)")
    }
    guard half(4) == 24, answer.count >= 28 else { throw broken }
    var route = Route(interface: 0)
    var offset = 28
    let end = min(answer.count, word(0))
    while offset + 4 <= end {
      let length = half(offset)
      guard length >= 4, offset + length <= end else { break }
      let value = answer[offset + 4..<offset + length]
      switch half(offset + 2) {
      case 4 where value.count >= 4: route.interface = word(offset + 4)
      case 5: route.router = IPAddress(octets: value)
      case 7: route.source = IPAddress(octets: value)
      default: break
      }
      offset += (length + 3) & ~3
    }
    return route
  }
}

extension IPAddress {
  /// Takes 4 or 16 octets.
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

/// Finds out the hardware address of a router.
enum RouterSearch {
  /// Looks into the kernel's table, and has the kernel ask where it is not there; for two seconds at most.
  static func find(_ router: IPAddress, on interface: NetworkInterface) throws(SystemError) -> MACAddress? {
    for attempt in 0..<100 {
      let table = try Neighbour.table(of: interface)
      if let found = table.first(where: { $0.address == router }) { return found.hardwareAddress }
      if attempt % 25 == 0 { nudge(router) }
      var pause = timespec(tv_sec: 0, tv_nsec: 20_000_000)
      nanosleep(&pause, nil)
    }
    return nil
  }

  /// Sends an empty datagram to the discard port, for which the kernel has to find its neighbour (RFC 863).
  private static func nudge(_ router: IPAddress) {
    let number = socket(
      router.isVersion4 ? AF_INET : AF_INET6, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { return }
    let datagram = Descriptor(owning: number)
    switch router {
    case .v4(let own):
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = UInt16(9).bigEndian
      address.sin_addr.s_addr = own.bits.bigEndian
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = sendto(datagram.number, nil, 0, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    case .v6(let own):
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = UInt16(9).bigEndian
      withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: own.octets) }
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = sendto(datagram.number, nil, 0, 0, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
      }
    }
  }
}
