package import Addresses

/// The sockets of one network namespace that wait for somebody, from the kernel's text about it (proc_pid_net(5)).
package struct RoomSockets: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package var transport: Transport
    /// All zeros for every address.
    package var address: IPAddress
    package var port: UInt16
    package var inode: UInt32
  }

  /// Sockets beyond are passed over.
  private static let limit = 4096

  package var entries: [Entry] = []
  /// The namespace's own addresses.
  package var addresses: Set<IPAddress> = []

  package init() {}

  /// Adds the lines of `tcp`, `tcp6`, `udp` or `udp6`: TCP that listens (state 0A), and UDP without a peer (07).
  package mutating func add(_ bytes: [UInt8], _ transport: Transport) {
    let wanted = transport == .tcp ? "0A" : "07"
    for fields in RoutingText.fields(bytes).dropFirst() where entries.count < Self.limit {
      // Number, own address and port, the peer's, state, queues, timer, retransmissions, user, timeout, inode.
      guard fields.count > 9, fields[3] == wanted, let inode = UInt32(fields[9]), inode > 0,
        let colon = fields[1].firstIndex(of: ":"), let address = Self.address(fields[1][..<colon]),
        let port = UInt16(fields[1][fields[1].index(after: colon)...], radix: 16), port > 0
      else { continue }
      entries.append(Entry(transport: transport, address: address, port: port, inode: inode))
    }
  }

  /// Adds the addresses of `fib_trie`, a leaf's name followed by what it is, and of `if_inet6`.
  package mutating func add(trie: [UInt8], version6: [UInt8]) {
    var leaf: IPAddress?
    for fields in RoutingText.fields(trie) {
      if fields.count == 2, fields[0] == "|--" {
        leaf = IPAddress(fields[1])
      } else if fields == ["/32", "host", "LOCAL"], let leaf {
        addresses.insert(leaf)
      }
    }
    addresses.formUnion(RoutingText.addresses(version6).map { .v6($0.address) })
    addresses = addresses.filter { !$0.isLoopback && !$0.isLinkLocal }
  }

  /// Where these can be reached, each with its socket.
  package var ends: [(transport: Transport, end: Endpoint, inode: UInt32)] {
    entries.flatMap { entry in
      let own = entry.address.unmapped
      // A wildcard of version 6 takes version 4 too, but where it says otherwise, which the text does not tell.
      let places =
        own.isWildcard
        ? addresses.filter { !own.isVersion4 || $0.isVersion4 } : addresses.filter { $0 == own }
      return places.map { (entry.transport, Endpoint($0, entry.port), entry.inode) }
    }
  }

  /// Words of 32 bits in the machine's order, which is the little-endian one on all that we run on.
  private static func address(_ text: Substring) -> IPAddress? {
    let words = stride(from: 0, to: text.utf8.count, by: 8).map { offset -> UInt32? in
      let start = text.index(text.startIndex, offsetBy: offset)
      return UInt32(text[start...].prefix(8), radix: 16)?.byteSwapped
    }
    guard !words.contains(nil) else { return nil }
    let known = words.compactMap(\.self)
    switch (text.utf8.count, known.count) {
    case (8, 1): return .v4(IPv4Address(bits: known[0]))
    case (32, 4): return .v6(IPv6Address(bits: known.reduce(UInt128(0)) { $0 << 32 | UInt128($1) }))
    default: return nil
    }
  }
}
