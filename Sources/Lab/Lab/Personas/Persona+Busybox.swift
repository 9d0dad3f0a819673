import Addresses
import Posture

extension Persona {
  /// An old access point whose maintenance shell was never switched off.
  static let telnetBox = Persona(
    name: "telnet", summary: "device with telnet left open", kind: .unknown, vendor: "D-Link International",
    mac: .init(bits: 0x2810_7b5c_0011), place: .lan(11),
    // The first byte telnetd sends is IAC: it starts with its option negotiation (RFC 854).
    services: [.init(.tcp(23), .telnet, .ask([], answer: [0xff]))],
    needs: .init(debian: ["busybox-static"]),
    programs: ["busybox telnetd -F -p 23 -l /bin/false"])

  /// A logger of a water works whose page says where it stands.
  static let waterLogger = Persona(
    name: "water-logger", summary: "water-level logger with an open page", kind: .meter,
    vendor: "CONTEC CO., LTD.", mac: .init(bits: 0x0080_4c77_0029), place: .lan(29),
    services: [.init(.tcp(80), .http, .ask("GET / HTTP/1.0\r\n\r\n", answer: "第2浄水場"))],
    needs: .init(debian: ["busybox-static"]),
    files: [
      "www/index.html": page(
        "第2浄水場 水位監視",
        body: "<table><tr><th>配水池 水位</th><td>3.42 m</td></tr><tr><th>流入量</th><td>128 m³/h</td></tr></table>")
    ],
    programs: ["busybox httpd -f -p 80 -h /mnt/www"])
}
