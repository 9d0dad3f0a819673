import Cryptography
import Dashboard
import FleetStore
import LinuxIO
import Logging
import Web

/// The dashboard with its certificate.
struct DashboardOffice {
  let server: DashboardServer
  private let settings: DashboardSettings

  /// Reads the certificate and takes the address; what can fail at start does so here.
  init(_ settings: DashboardSettings, _ store: FleetStore) throws(DashboardError) {
    self.settings = settings
    let front: WebServer.Front
    switch settings.front {
    case .tls(let certificate, let key):
      do throws(CryptoError) {
        front = .tls(try TLSServerIdentity(chain: certificate, key: key))
      } catch {
        throw DashboardError(
          "\(certificate) and \(key) cannot be used as certificate and key: \(error). Both have to be PEM, belong "
            + "together, and be readable for the collector's user.")
      }
    case .proxy: front = .proxy
    case .plain: front = .plain
    }
    do throws(SystemError) {
      server = try DashboardServer(on: settings.place, front: front, store: store)
    } catch {
      throw DashboardError("\(error). Choose another address with 'dashboard: {listen: …}'.")
    }
  }

  /// Says where it is, and whether anybody can come in yet.
  func announce(_ store: FleetStore, _ logger: Logger) {
    let place: String =
      switch server.server.place {
      case .address(let address): "\(settings.front == .plain ? "http" : "https")://\(address)"
      case .file(let path): "unix:\(path)"
      }
    logger.info("dashboard", metadata: ["at": "\(place)"])
    if settings.front == .plain {
      logger.warning(
        "the dashboard has no TLS: it is for this machine alone. See 'dashboard:' in the configuration.")
    }
    if let accounts = try? store.accounts(), accounts.isEmpty {
      logger.warning(
        "nobody can sign in yet: 'kadomori-collector user add NAME --role operator' makes an account")
    }
  }
}

/// Why the dashboard cannot be served.
package struct DashboardError: Error, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
