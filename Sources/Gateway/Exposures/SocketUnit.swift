package import Addresses

/// What a `.socket` unit of systemd listens on (systemd.socket(5)).
package enum SocketUnit {
  /// The ports that a unit file names, with or without an address.
  package static func ports(_ bytes: [UInt8]) -> Set<Port> {
    var ports: Set<Port> = []
    for line in bytes.prefix(65_536).split(separator: 0x0a) {
      let text = String(decoding: line, as: UTF8.self)
      guard let equals = text.firstIndex(of: "=") else { continue }
      let transport: Transport
      switch text[..<equals].filter({ $0 != " " }) {
      case "ListenStream": transport = .tcp
      case "ListenDatagram": transport = .udp
      default: continue
      }
      let value = text[text.index(after: equals)...].drop { $0 == " " }
      // "[::]:631", "0.0.0.0:631", "631"; a path or "@name" is no port. An interface may follow behind "%".
      let place = value.split(separator: "%").first ?? value
      if let number = place.split(separator: ":").last.flatMap({ UInt16($0) }), number > 0 {
        ports.insert(Port(transport, number))
      }
    }
    return ports
  }
}
