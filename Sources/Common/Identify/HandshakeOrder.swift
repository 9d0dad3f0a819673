/// Which questions a port gets, and in which order.
package enum HandshakeOrder {
  /// The name that stands for "make a TLS handshake, then ask inside".
  package static let tls = "tls"

  /// The questions that any silent port gets, most telling first: over nine in ten services on
  /// unexpected ports speak HTTP or TLS (Izhikevich et al. 2021, table 4).
  static let general = ["http", tls, "rtsp", "mqtt"]

  /// Ports whose protocol usually is inside TLS.
  private static let secure: Set<UInt16> = [
    443, 465, 563, 636, 853, 990, 993, 995, 5061, 5986, 8443, 8883, 9443,
  ]

  /// The order for `port`; `hint` names what the device announced for it.
  package static func names(port: UInt16, hint: [String]) -> [String] {
    let own = Handshake.all.filter { $0.ports.contains(port) }.map(\.name)
    let first = secure.contains(port) ? [tls] : []
    var order: [String] = []
    for name in hint + first + own + general where !order.contains(name) { order.append(name) }
    return order
  }
}
