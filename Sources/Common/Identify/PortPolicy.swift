/// What may be sent to a TCP port, known before anything answers.
///
/// The product's safety rules for fragile equipment: printers print what they receive on their raw
/// ports, and small controllers lose connections to anything unexpected.
package enum PortPolicy: Hashable, Sendable {
  /// Greeting first, then the handshakes in their order.
  case open
  /// A connection may be made and closed; not a byte is sent.
  case silent
  /// Only the named handshake, on a connection that is the only one to its device.
  case only(String)

  package init(port: UInt16) {
    switch port {
    case 9100...9107: self = .silent
    case 102: self = .only("s7comm")
    case 502: self = .only("modbus")
    case 1911: self = .only("fox")
    case 4840: self = .only("opc-ua")
    case 20000: self = .only("dnp3")
    case 44818: self = .only("ethernet-ip")
    default: self = .open
    }
  }

  /// The ports with a policy of their own that send something; asked first, so that a fragile device
  /// is known before anything else is opened on it.
  package static let fragilePorts: [UInt16] = [102, 502, 1911, 4840, 20000, 44818]
}
