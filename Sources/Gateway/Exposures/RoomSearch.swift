package import Addresses
import LinuxIO

/// Finds whose a port is that a forward leads to, where that is in another network namespace of this machine: a
/// container's.
///
/// Only root may look into the namespaces of others; nothing is entered, what the kernel tells of them is read.
package struct RoomSearch {
  /// A port of a namespace.
  package struct Place: Hashable, Sendable {
    package var transport: Transport
    package var end: Endpoint

    package init(_ transport: Transport, _ end: Endpoint) {
      self.transport = transport
      self.end = end
    }
  }

  private static let roomLimit = 256
  private static let processLimit = 8192
  private static let textLimit = 1 << 20

  private let search: OwnerSearch
  /// Whether some processes could not be looked into.
  package private(set) var isPartial = false

  package init(_ search: OwnerSearch = OwnerSearch()) {
    self.search = search
  }

  /// The owners of the ports of all other namespaces.
  package mutating func owners() -> [Place: PortOwner] {
    let own = Files.target(of: "/proc/self/ns/net")
    var rooms: [String: [Int]] = [:]
    for pid in search.processes().prefix(Self.processLimit) {
      guard let room = Files.target(of: "/proc/\(pid)/ns/net") else {
        // One that has ended meanwhile hides nothing.
        isPartial = isPartial || Files.exists("/proc/\(pid)")
        continue
      }
      if room != own, rooms[room] != nil || rooms.count < Self.roomLimit {
        rooms[room, default: []].append(pid)
      }
    }
    var owners: [Place: PortOwner] = [:]
    for (room, pids) in rooms {
      guard let first = pids.first else { continue }
      let ends = sockets("/proc/\(first)/net").ends
      let known = search.processes(holding: Set(ends.map(\.inode)), among: pids)
      for end in ends {
        var owner = known[end.inode] ?? PortOwner()
        // `net:[4026532301]` where no engine has named it.
        owner.container = owner.container ?? "netns:" + room.filter(\.isNumber)
        owners[Place(end.transport, end.end)] = owner
      }
    }
    return owners
  }

  private func sockets(_ folder: String) -> RoomSockets {
    var sockets = RoomSockets()
    func text(_ name: String) -> [UInt8] {
      (try? Files.read("\(folder)/\(name)", limit: Self.textLimit)) ?? []
    }
    for (name, transport) in [("tcp", Transport.tcp), ("tcp6", .tcp), ("udp", .udp), ("udp6", .udp)] {
      sockets.add(text(name), transport)
    }
    sockets.add(trie: text("fib_trie"), version6: text("if_inet6"))
    return sockets
  }
}
