import Addresses
import Posture

extension Handshake {
  /// Asks for a node number, as every FINS/TCP client must first, then reads the controller's model
  /// (Omron W342, "CS/CJ-series Communications Commands", sections 7-4 and 5-3-17; W421, section 7).
  static let fins = Handshake("fins", ports: [9600], next: { FINS.next($0) }) { _ in
    FINS.framed(command: 0, [0, 0, 0, 0])
  } read: { bytes, ended in
    guard bytes.starts(with: FINS.magic.prefix(bytes.count)) else { return .no }
    guard bytes.count >= 16 else { return ended ? .no : .more }
    // Command 1 answers with the nodes; 3 refuses: connections all in use, and the like.
    guard bytes[8...10] == [0, 0, 0], bytes[11] == 1 || bytes[11] == 3 else { return .no }
    return .identified(Identification(.fins))
  }

  fileprivate static func finsModel(client: UInt8, server: UInt8) -> Handshake {
    Handshake("fins.model") { _ in
      FINS.framed(command: 2, FINS.readModel(destination: server, source: client))
    } read: { bytes, ended in
      guard bytes.starts(with: FINS.magic.prefix(bytes.count)) else { return .no }
      guard bytes.count >= 16 else { return ended ? .no : .more }
      let length = bytes[4...7].reduce(0) { $0 << 8 | Int($1) }
      if bytes.count < 8 + min(length, 2048), !ended { return .more }
      return FINS.read(Array(bytes[16...]))
    }
  }
}

extension DatagramProbe {
  /// The same command in a datagram; node 0 is the unit that is asked.
  static let fins = DatagramProbe("fins", port: 9600, isVersion4Only: true) { local in
    FINS.readModel(destination: 0, source: local.address.octets.last ?? 0)
  } read: {
    FINS.read($0)
  }
}

/// Writes and reads FINS, the protocol of Omron's controllers.
enum FINS {
  static let magic = [UInt8](ascii: "FINS")
  private static let service: UInt8 = 0x4b

  /// The header of FINS/TCP: its name, the length from the command on, the command, no error.
  static func framed(command: UInt32, _ data: [UInt8]) -> [UInt8] {
    magic + UInt32(8 + data.count).octets + command.octets + [0, 0, 0, 0] + data
  }

  /// CONTROLLER DATA READ (05 01), all of it: needs a response, gateway count 2, local network, unit CPU.
  static func readModel(destination: UInt8, source: UInt8) -> [UInt8] {
    [0x80, 0, 2, 0, destination, 0, 0, source, 0, service, 5, 1, 0]
  }

  /// The command with the node numbers that the controller gave.
  static func next(_ bytes: [UInt8]) -> Handshake? {
    guard bytes.count >= 24, bytes[11] == 1, bytes[12...15] == [0, 0, 0, 0] else { return nil }
    return .finsModel(client: bytes[19], server: bytes[23])
  }

  /// A response (ICF bit 6) to our command and service: end code, model of 20 characters, version of 20.
  static func read(_ bytes: [UInt8]) -> Reading {
    guard bytes.count >= 14, bytes[0] & 0xc0 == 0xc0, bytes[9] == service, bytes[10...11] == [5, 1] else {
      return .no
    }
    var found = Identification(.fins, facts: [.vendor: "Omron"])
    var cursor = ByteCursor(bytes[14...])
    if let model = cursor.take(20), let version = cursor.take(20) {
      found.facts[.product] = Text.clean(model.prefix { $0 != 0 })
      found.facts[.revision] = Text.clean(version.prefix { $0 != 0 })
    }
    found.product = found.facts[.product]
    found.version = found.facts[.revision]
    return .identified(found)
  }
}
