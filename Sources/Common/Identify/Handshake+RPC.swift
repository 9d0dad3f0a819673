import Addresses
import Posture

extension Handshake {
  /// Asks the port mapper for its list (RFC 1833, section 3.2, PMAPPROC_DUMP).
  static let rpcbind = Handshake("rpcbind", ports: [111]) { _ in
    let call = PortMapper.call(procedure: 4)
    // The last fragment of a record (RFC 5531, section 11).
    return UInt32(0x8000_0000 | UInt32(call.count)).octets + call
  } read: { bytes, ended in
    guard bytes.count >= 28 else {
      return ended || !PortMapper.transaction.starts(with: bytes.dropFirst(4)) ? .no : .more
    }
    let length = bytes[1...3].reduce(0) { $0 << 8 | Int($1) }
    if bytes.count < 4 + length, !ended { return .more }
    return PortMapper.read(Array(bytes[4...]))
  }
}

extension DatagramProbe {
  /// Calls the null procedure, which answers no more than it is asked.
  static let rpcbind = DatagramProbe("rpcbind", port: 111) { _ in
    PortMapper.call(procedure: 0)
  } read: {
    PortMapper.read($0)
  }
}

/// Calls the port mapper, program 100000 version 2 (RFC 1833, section 3).
enum PortMapper {
  static let transaction: [UInt8] = [0x4b, 0x61, 0x64, 0x6f]

  /// A call without credentials (RFC 5531, section 9).
  static func call(procedure: UInt32) -> [UInt8] {
    transaction + ([0, 2, 100_000, 2, procedure, 0, 0, 0, 0] as [UInt32]).flatMap(\.octets)
  }

  /// A reply to our call, accepted or denied, and the list if it holds one.
  static func read(_ bytes: [UInt8]) -> Reading {
    var cursor = ByteCursor(bytes)
    guard cursor.take(4) == transaction, cursor.big32() == 1, let status = cursor.big32(), status <= 1 else {
      return .no
    }
    var found = Identification(.rpcbind)
    guard status == 0, cursor.skip(4) != nil, let verifier = cursor.big32(), cursor.skip(verifier) != nil,
      cursor.big32() == 0
    else { return .identified(found) }
    var seen: Set<Port> = []
    while found.announced.count < Identification.announcementLimit, cursor.big32() == 1,
      let program = cursor.big32(), cursor.skip(4) != nil, let transport = cursor.big32(),
      let number = cursor.big32()
    {
      guard let number = UInt16(exactly: number), number > 0, program != 100_000,
        transport == 6 || transport == 17
      else { continue }
      let port = transport == 6 ? Port.tcp(number) : .udp(number)
      guard seen.insert(port).inserted else { continue }
      found.announced.append(
        Announcement(port: port, protocol: .sunrpc, facts: [.type: names[program] ?? "program \(program)"]))
    }
    return .identified(found)
  }

  /// Program numbers of the registry "Remote Procedure Call (RPC) Protocol Numbers" at IANA.
  private static let names = [
    100_003: "nfs", 100_005: "mountd", 100_021: "nlockmgr", 100_024: "status", 100_227: "nfs_acl",
    100_011: "rquotad", 100_004: "ypserv", 100_007: "ypbind", 391_002: "sgi_fam",
  ]
}
