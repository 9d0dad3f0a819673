/// Which questions a port gets, and in which order.
package enum HandshakeOrder {
  /// The name that stands for "make a TLS handshake, then ask inside".
  package static let tls = "tls"

  /// The questions that any silent port gets, most telling first: over nine in ten services on
  /// unexpected ports speak HTTP or TLS (Izhikevich and others 2021, table 4).
  static let general = ["http", tls, "mqtt", "rtsp"]

  /// How many announced names a port is asked for.
  static let hintLimit = 2

  /// Ports whose protocol usually is inside TLS.
  private static let secure: Set<UInt16> = [
    443, 465, 563, 636, 853, 990, 993, 995, 4911, 5001, 5061, 5671, 5986, 8009, 8443, 8883, 9443, 55443,
    62078,
  ]

  /// Whether a port's protocol usually is inside TLS.
  static func isSecure(_ port: UInt16) -> Bool { secure.contains(port) }

  /// The order for `port`; `hint` names what the device announced for it.
  package static func names(port: UInt16, hint: [String]) -> [String] {
    let own = Handshake.all.filter { $0.ports.contains(port) }.map(\.name)
    let first = secure.contains(port) ? [tls] : []
    var order: [String] = []
    for name in Array(hint.prefix(hintLimit)) + first + own + general where !order.contains(name) {
      if name == tls || Handshake.named(name) != nil { order.append(name) }
    }
    return order
  }
}
