import Addresses
import Cryptography
package import Enrolment
import FleetContract
import FleetStore
import LinuxIO
import Logging
import MQTTClient
package import PrivateBroker
import Revocation
import ServiceLifecycle

/// The authority and all that works with it: the door where gateways enrol, the broker's files, revocation.
struct EnrolmentOffice {
  let server: EnrolmentServer
  let operators: OperatorKeysFile?
  private let room: CertificateRoom
  private let terms: EnrolmentSettings

  /// Prepares the authority, the broker's certificate and lists, and the server; what can fail at start does so here.
  init(_ terms: EnrolmentSettings, _ settings: CollectorSettings, _ store: FleetStore) throws(EnrolmentError)
  {
    let now = Clocks.wall
    self.terms = terms
    room = try CertificateRoom(state: settings.state, issuer: terms.issuer, now: now)
    var names = terms.names
    // Another mosquitto on this machine may show the same certificate, so it always names the broker too.
    if !names.contains(terms.broker.host) { names.append(terms.broker.host) }
    if case .own(let listen) = settings.broker, Self.isAddress(terms.broker.host) {
      // A certificate that is known by an address has to name the one that we ourselves connect to, too.
      names.append(listen.localAddress.description)
    }
    try room.furnish(collector: settings.clientName, names: names, now: now)
    try room.writeLists(store, collectors: [settings.clientName], readers: settings.readers, now: now)
    operators = try terms.operatorKeys.map { path throws(EnrolmentError) in try OperatorKeysFile(path) }
    let desk = EnrolmentDesk(
      room, store: store,
      terms: EnrolmentDesk.Terms(
        broker: EnrolmentAnswer.Broker(
          host: terms.broker.host, port: terms.broker.port, name: terms.broker.host),
        policy: EnrolmentAnswer.Policy(twoSignatures: terms.twoSignatures.map(\.rawValue).sorted()))
    ) { [operators] in operators?.current() ?? [] }
    let identity: TLSServerIdentity
    do throws(CryptoError) {
      identity = try TLSServerIdentity(chain: room.files.server, key: room.files.serverKey)
    } catch {
      throw EnrolmentError(
        .files, "\(room.files.server) cannot be used: \(error). Remove it, and start again.")
    }
    server = try EnrolmentServer(on: terms.listen, identity: identity, desk: desk)
  }

  /// What the broker of our own needs for mutual TLS.
  var brokerSecurity: BrokerConfiguration.Security { BrokerConfiguration.Security(room.files) }

  /// How the collector shows itself to the broker of its own.
  var ownSecurity: MQTTSecurity {
    MQTTSecurity(
      authorities: room.files.authorities, certificate: room.files.collector, key: room.files.collectorKey,
      serverName: serverName)
  }

  /// How an attempt shows itself that only sees whether the broker lets anybody in.
  var doorSecurity: MQTTSecurity {
    MQTTSecurity(
      authorities: room.files.authorities, certificate: room.files.door, key: room.files.doorKey,
      serverName: serverName)
  }

  /// The name that the broker's certificate is checked for; `nil` for the address that is connected to.
  private var serverName: String? { Self.isAddress(terms.broker.host) ? nil : terms.broker.host }

  /// Warns where gateways are sent to another place than where the broker of our own listens.
  func warn(of listen: ListenAddress, _ logger: Logger) {
    guard listen.port != terms.broker.port || listen.isLoopback != terms.isLoopback else { return }
    logger.warning(
      """
      gateways are sent to \(terms.broker.host):\(terms.broker.port), and the broker of our own listens on \
      \(listen): remove 'listen:' from the configuration file, unless something passes them on.
      """)
  }

  private static func isAddress(_ host: String) -> Bool { IPAddress(host) != nil }

  /// What takes revoked gateways off a broker of our own, or off somebody else's.
  func revocation(_ settings: CollectorSettings, _ store: FleetStore, _ broker: PrivateBroker?)
    -> RevocationWatch
  {
    var place = RevocationWatch.Broker.external
    if let broker, case .own(let listen) = settings.broker {
      let endpoint = MQTTEndpoint.ip(listen.localAddress.description, port: listen.port)
      place = .own(broker, at: endpoint, serverName: serverName)
    }
    return RevocationWatch(room, store: store, collector: settings.clientName, broker: place)
  }
}

extension BrokerConfiguration.Security {
  /// The files of enrolment that a broker with mutual TLS needs.
  package init(_ files: EnrolmentFiles) {
    self.init(
      authorities: files.authorities, certificate: files.server, key: files.serverKey,
      revocations: files.revocations, accessList: files.accessList)
  }
}
