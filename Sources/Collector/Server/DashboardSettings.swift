import Addresses
import PrivateBroker
package import Settings
package import Web

/// Where people and programs look at the fleet.
///
/// ```yaml
/// dashboard:
///   listen: 0.0.0.0:8445                         # or unix:/run/kadomori-collector/dashboard.sock, behind a proxy
///   certificate: /etc/…/chain.pem                # for TLS here; read again when it was renewed and the service restarted
///   key: /etc/…/key.pem
///   proxy: true                                  # instead: a proxy with TLS stands before it, on this machine
/// ```
package struct DashboardSettings: Hashable, Sendable {
  package enum Front: Hashable, Sendable {
    case tls(certificate: String, key: String)
    case proxy
    /// Without TLS, on loopback.
    case plain
  }

  package var place: WebServer.Place
  package var front: Front

  package static let format = Format<DashboardSettings>.mapping { reader in
    let place = reader.required("listen", listen)
    let certificate = reader.optional("certificate", absolutePath)
    let key = reader.optional("key", absolutePath)
    let isBehindProxy = reader.optional("proxy", .bool, default: false)
    guard (certificate == nil) == (key == nil) else {
      return reader.field.fail("'certificate' and 'key' belong together; write both or none")
    }
    guard let place else { return nil }
    if let certificate, let key {
      if isBehindProxy {
        return reader.field.fail(
          "with 'certificate' TLS ends here, and with 'proxy' before; remove one of them")
      }
      return DashboardSettings(place: place, front: .tls(certificate: certificate, key: key))
    }
    switch place {
    case .file: return DashboardSettings(place: place, front: .proxy)
    case .address(let address):
      guard ListenAddress(address.address, port: address.port).isLoopback else {
        return reader.field("listen").fail(
          "without TLS passwords could be read on their way: give 'certificate' and 'key', or listen on 127.0.0.1 or a "
            + "'unix:' socket behind a proxy that has TLS")
      }
      return DashboardSettings(place: place, front: isBehindProxy ? .proxy : .plain)
    }
  }

  private static let absolutePath = Format<String>.string.checked {
    $0.hasPrefix("/") ? nil : "is not an absolute path; begin it with '/'"
  }

  private static let listen = Format<String>.string.map { (text, field) -> WebServer.Place? in
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      guard path.hasPrefix("/"), path.utf8.count < 108 else {
        return field.fail("'\(path)' is not an absolute path of at most 107 bytes", as: WebServer.Place.self)
      }
      return .file(path)
    }
    guard IPAddress(text) == nil, let place = ListenAddress(text) else {
      return field.fail(
        "'\(text)' is no address with a port, such as 192.0.2.1:8445 or [::1]:8445, and no unix:/path",
        as: WebServer.Place.self)
    }
    return .address(Endpoint(place.address, place.port))
  }
}
