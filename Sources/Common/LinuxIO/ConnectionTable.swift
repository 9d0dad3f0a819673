package import Addresses
import CLinux
import Glibc

/// One connection that the kernel tracks (nf_conntrack), as the one who opened it sees it.
package struct TrackedConnection: Hashable, Sendable {
  package let from: IPAddress
  package let to: IPAddress
  package let port: Port
  /// The attribute of the table by which the kernel finds it again.
  fileprivate let tuple: [UInt8]
}

/// The kernel's table of connections over netlink; needs CAP_NET_ADMIN.
///
/// Numbers are those of <linux/netfilter/nfnetlink_conntrack.h>.
package struct ConnectionTable {
  private static let protocolOfNetfilter: CInt = 12
  private static let get: UInt16 = 1 << 8 | 1
  private static let delete: UInt16 = 1 << 8 | 2

  private let netlink: Descriptor

  package init() throws(SystemError) {
    netlink = Descriptor(
      owning: try system("socket(NETLINK_NETFILTER)", "connections") {
        socket(AF_NETLINK, SocketKind.kernelQuestion, Self.protocolOfNetfilter)
      })
  }

  /// Every TCP and UDP connection of one version of IP that `isWanted`.
  package func connections(
    version4: Bool, where isWanted: (TrackedConnection) -> Bool
  ) throws(SystemError) -> [TrackedConnection] {
    let family = UInt8(version4 ? AF_INET : AF_INET6)
    try send(Self.get, flags: UInt16(NLM_F_REQUEST | NLM_F_DUMP), family: family, [])
    var found: [TrackedConnection] = []
    while let datagram = try netlink.read(limit: 65_536), !datagram.isEmpty {
      let goesOn = Self.forEachMessage(of: datagram) { attributes in
        guard let connection = TrackedConnection(attributes: attributes), isWanted(connection) else { return }
        found.append(connection)
      }
      if !goesOn { break }
    }
    return found
  }

  /// Forgets a connection: its next packet is judged as if it were the first.
  ///
  /// One that is gone is no error.
  package func forget(_ connection: TrackedConnection) throws(SystemError) {
    let family = UInt8(connection.to.isVersion4 ? AF_INET : AF_INET6)
    try send(Self.delete, flags: UInt16(NLM_F_REQUEST | NLM_F_ACK), family: family, connection.tuple)
    guard let answer = try netlink.read(limit: 4096), answer.count >= 20 else { return }
    let code = answer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 16, as: Int32.self) }
    if code < 0, -code != ENOENT { throw SystemError(-code, "forget", "connection to \(connection.port)") }
  }

  private func send(_ type: UInt16, flags: UInt16, family: UInt8, _ attributes: [UInt8]) throws(SystemError) {
    var request = [UInt8](repeating: 0, count: 20)
    request.withUnsafeMutableBytes { bytes in
      bytes.storeBytes(of: UInt32(20 + attributes.count), as: UInt32.self)
      bytes.storeBytes(of: type, toByteOffset: 4, as: UInt16.self)
      bytes.storeBytes(of: flags, toByteOffset: 6, as: UInt16.self)
      bytes[16] = family
    }
    request += attributes
    try system("send", "connections") { Glibc.send(netlink.number, request, request.count, 0) }
  }

  /// Hands over the attributes of each message; returns whether more datagrams follow.
  static func forEachMessage(of datagram: [UInt8], _ take: (ArraySlice<UInt8>) -> Void) -> Bool {
    var offset = 0
    while offset + 16 <= datagram.count {
      let (length, type) = datagram.withUnsafeBytes {
        (
          Int($0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)),
          $0.loadUnaligned(fromByteOffset: offset + 4, as: UInt16.self)
        )
      }
      guard length >= 16, offset + length <= datagram.count else { return false }
      if type == UInt16(NLMSG_DONE) || type == UInt16(NLMSG_ERROR) { return false }
      if length >= 20 { take(datagram[(offset + 20)..<(offset + length)]) }
      offset += (length + 3) & ~3
    }
    return true
  }
}

extension TrackedConnection {
  /// Reads the original direction; `nil` for what has no ports.
  init?(attributes: ArraySlice<UInt8>) {
    guard let whole = Self.attribute(1, of: attributes), let ip = Self.attribute(1, of: whole.dropFirst(4)),
      let transport = Self.attribute(2, of: whole.dropFirst(4))
    else { return nil }
    let (ipParts, ports) = (ip.dropFirst(4), transport.dropFirst(4))
    guard let source = Self.address(1, 3, of: ipParts), let target = Self.address(2, 4, of: ipParts),
      let number = Self.attribute(1, of: ports)?.dropFirst(4).first,
      let kind: Transport = [6: .tcp, 17: .udp][number],
      let port = Self.attribute(3, of: ports)?.dropFirst(4), port.count >= 2
    else { return nil }
    self.from = source
    self.to = target
    self.port = Port(kind, port.prefix(2).reduce(0) { $0 << 8 | UInt16($1) })
    self.tuple = Array(whole) + [UInt8](repeating: 0, count: (4 - whole.count % 4) % 4)
  }

  private static func address(_ v4: UInt16, _ v6: UInt16, of parts: ArraySlice<UInt8>) -> IPAddress? {
    if let bytes = attribute(v4, of: parts)?.dropFirst(4), bytes.count == 4 {
      return .v4(IPv4Address(bits: bytes.reduce(0) { $0 << 8 | UInt32($1) }))
    }
    return attribute(v6, of: parts).flatMap { IPv6Address(octets: $0.dropFirst(4)) }.map(IPAddress.v6)
  }

  /// An attribute with its header of four bytes; `nil` where it is not there or its length is wrong.
  private static func attribute(_ wanted: UInt16, of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var rest = bytes
    while rest.count >= 4 {
      let start = rest.startIndex
      let length = Int(rest[start]) | Int(rest[start + 1]) << 8
      let type = (UInt16(rest[start + 2]) | UInt16(rest[start + 3]) << 8) & 0x3fff
      guard length >= 4, length <= rest.count else { return nil }
      if type == wanted { return rest[start..<(start + length)] }
      rest = rest.dropFirst((length + 3) & ~3)
    }
    return nil
  }
}
