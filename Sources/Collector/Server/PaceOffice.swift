import Cryptography
import FleetContract
import FleetStore
import Ingest
import LinuxIO
import Pacing

/// The key, the desk that decides the pace of returns, and the place where gateways ask for it.
struct PaceOffice {
  let hints: HintServer?
  private let key: SigningKey
  private let settings: PaceSettings
  private let store: FleetStore

  /// Reads the key and takes the address; what can fail at start does so here.
  init(_ settings: PaceSettings, _ store: FleetStore) throws(PaceError) {
    self.settings = settings
    self.store = store
    do {
      guard try Files.mode(settings.key) & 0o077 == 0 else {
        throw PaceError("\(settings.key): others can use this key; 'chmod 600' it, or better make a new one.")
      }
      key = try SigningKey(pem: try Files.read(settings.key, limit: 16_384))
    } catch let error as PaceError {
      throw error
    } catch {
      throw PaceError(
        "\(settings.key): \(error). 'kadomori-collector command-key create --pace' makes one; the collector's user has to own it."
      )
    }
    do throws(SystemError) {
      hints = try settings.hint.map { hint throws(SystemError) in try HintServer(on: hint.listen) }
    } catch {
      throw PaceError("\(error). Choose another address with 'restoration: {hint: {listen: …}}'.")
    }
  }

  /// `door` is where it is tried whether the broker lets anybody in; `nil` where a second session must not be tried.
  func desk(over link: BrokerLink, door: BrokerDoor?) -> PaceDesk {
    PaceDesk(
      store, key: key, terms: PaceDesk.Terms(fleet: settings.fleet, place: settings.hint?.place),
      hints: hints, knock: door.map(Self.knock(at:))
    ) { link.keep($0) }
  }

  private static func knock(at door: BrokerDoor) -> @Sendable () async -> Bool { { await door.knock() } }

  /// Whether gateways believe this key, by the list of operators' keys that they get.
  func isKnown(among operators: [OperatorKey]) -> Bool {
    operators.contains { $0.publicKey == key.publicKey }
  }
}

/// Why the pace of returns cannot be published.
package struct PaceError: Error, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
