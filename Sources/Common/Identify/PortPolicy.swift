/// What may be sent to a TCP port, known before anything answers.
///
/// The product's safety rules for fragile equipment: printers print what they receive on their raw
/// ports, serial servers pass it on to machines, and small controllers lose connections to anything unexpected.
package enum PortPolicy: Hashable, Sendable {
  /// Greeting first, then the handshakes in their order.
  case open
  /// A connection may be made and closed; not a byte is sent.
  case silent
  /// Only the named handshake, on a connection that is the only one to its device.
  case only(String)

  package init(port: UInt16) {
    if let name = Self.own[port] {
      self = .only(name)
    } else {
      self = Self.printing.contains(port) || Self.serial.contains(port) ? .silent : .open
    }
  }

  /// The ports with a policy of their own that send something; asked first, so that a fragile device
  /// is known before anything else is opened on it.
  package static let fragilePorts: [UInt16] = own.keys.sorted()

  /// Industrial ports, and the name of the one handshake that each may get.
  private static let own: [UInt16: String] = [
    102: "s7comm", 502: "modbus", 1911: "fox", 2404: "iec-104", 4840: "opc-ua", 4911: "fox", 5094: "hart-ip",
    9600: "fins",
    20000: "dnp3", 44818: "ethernet-ip",
  ]

  /// Ports whose bytes may go out on a serial line to whatever hangs there: ser2net's examples, Moxa NPort
  /// and Lantronix device servers by their manuals.
  private static let serial: Set<UInt16> = [2001, 2002, 4001, 10001]

  /// Ports whose bytes end up on paper: raw printing of JetDirect cards and their like (9100-9107), the
  /// line printer daemon (515, RFC 1179) and label printers (6101).
  private static let printing: Set<UInt16> = Set(9100...9107).union([515, 6101])
}
