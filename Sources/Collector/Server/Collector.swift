import Addresses
import Cryptography
package import Enrolment
import FleetContract
package import FleetStore
import Glibc
import Health
import Ingest
package import LinuxIO
package import Logging
import MQTTClient
package import PrivateBroker
import Revocation
import ServiceLifecycle
import UnixSignals

/// Why a collector did not start.
package enum StartError: Error, Sendable, CustomStringConvertible {
  case state(SystemError)
  /// Another collector uses the same state directory.
  case alreadyRunning(String)
  case store(StoreError)
  case broker(PrivateBrokerError)
  case enrolment(EnrolmentError)
  case pace(PaceError)
  /// The address of 'health:' cannot be listened on.
  case health(SystemError)
  case dashboard(DashboardError)

  package var description: String {
    switch self {
    case .state(let error):
      "\(error). Choose another directory with --state, or change its owner."
    case .alreadyRunning(let path):
      "another kadomori-collector uses \(path). End it first, or choose another directory with --state."
    case .store(let error): error.description
    case .broker(let error): error.description
    case .enrolment(let error): error.description
    case .pace(let error): error.description
    case .health(let error):
      "\(error). Choose another address with 'health: {listen: …}' in the configuration file."
    case .dashboard(let error): error.description
    }
  }
}

/// Wires the rooms of the collector into one service.
package struct Collector {
  private let settings: CollectorSettings
  private let logger: Logger
  /// Held as long as the collector lives.
  private let lock: Descriptor
  private let store: FleetStore
  private let broker: PrivateBroker?
  private let enrolment: EnrolmentOffice?
  private let pace: PaceOffice?
  private let dashboard: DashboardOffice?
  private let run: Int64

  /// Prepares everything that can fail for a reason the operator should see at once.
  package init(_ settings: CollectorSettings, searchPath: String, logger: Logger) throws(StartError) {
    self.settings = settings
    self.logger = logger
    do {
      // What gateways report is nobody else's business: files made from here on are ours alone.
      umask(0o077)
      try Files.createDirectory(settings.state, mode: 0o750)
      guard let lock = try Files.lock(settings.state + "/lock") else {
        throw StartError.alreadyRunning(settings.state)
      }
      self.lock = lock
      if let place = settings.store { try StoreLocation.note(place, in: settings.state) }
      store = try FleetStore.open(StoreLocation.of(settings.state))
      run = try store.beginRun(at: Clocks.wall)
      // The broker they were at is gone, or somebody else's now. In a shared store they may be another collector's.
      if case .own = settings.broker {
        try store.endSessions(at: nil)
      } else if !store.isShared {
        try store.endSessions(at: nil)
      }
      // First the certificates and lists, which the broker reads as it starts.
      if let terms = settings.enrolment {
        enrolment = try EnrolmentOffice(terms, settings, store)
      } else {
        enrolment = nil
      }
      if let terms = settings.pace { pace = try PaceOffice(terms, store) } else { pace = nil }
      if let terms = settings.dashboard {
        dashboard = try DashboardOffice(terms, store)
      } else {
        dashboard = nil
      }
      if case .own(let listen) = settings.broker {
        broker = try PrivateBroker(
          in: settings.state, listen: listen, security: enrolment?.brokerSecurity, path: searchPath)
      } else {
        broker = nil
      }
    } catch let error as SystemError {
      throw .state(error)
    } catch let error as StoreError {
      throw .store(error)
    } catch let error as EnrolmentError {
      throw .enrolment(error)
    } catch let error as PaceError {
      throw .pace(error)
    } catch let error as DashboardError {
      throw .dashboard(error)
    } catch let error as PrivateBrokerError {
      throw .broker(error)
    } catch let error as StartError {
      throw error
    } catch {
      preconditionFailure("an error nobody announced: \(error)")
    }
  }

  /// Collects until the process is asked to end.
  package func collect() async throws {
    let address: BrokerAddress
    var configuration = MQTTConfiguration(
      clientID: settings.clientName, sessionExpiry: .seconds(14 * 86_400), receiveMaximum: 1000)
    switch settings.broker {
    case .own(let listen):
      address = BrokerAddress(host: listen.localAddress.description, port: listen.port)
      if let enrolment {
        configuration.security = enrolment.ownSecurity
        enrolment.warn(of: listen, logger)
      } else {
        warnOfOpenBroker(listen)
      }
    case .configured(let configured, let credentials):
      address = configured
      configuration.userName = credentials.userName
      configuration.password = credentials.password
      configuration.security = credentials.security
    }
    let board = NoticeBoard()
    let inbox = Inbox()
    let identity = CollectorIdentity(name: settings.name, run: run, configuration: configuration)
    let link = try BrokerLink(to: address, as: identity, inbox: inbox, board: board) { [broker] in
      await broker?.listens()
    }
    let tenants = settings.tenants.map { list in
      TenantQueue(list.map { ($0.name, $0.groups) }, board: board)
    }
    let ingester = Ingester(
      from: inbox, into: store, over: link, board: board, retention: settings.retention, tenants: tenants)
    let profiles = ProfileOutlet(shelf: ProfileShelf(state: settings.state), link: link, logger: logger)
    let health = try settings.health.map { address in
      try HealthOffice(on: address, board: board, inbox: inbox, store: store.path)
    }
    let outlet = CommandOutlet(from: store, over: link, board: board)
    let revocation = enrolment?.revocation(settings, store, broker)
    let desk = pace?.desk(over: link, door: door(at: address, like: configuration))
    warnOfStrangeKey()

    // The last is shut down first: store what came, say farewell, then end the broker.
    var services: [any Service] = [
      NoticeLog(
        board: board, broker: broker, enrolment: enrolment, revocation: revocation, pace: desk,
        dashboard: dashboard?.server, store: store, logger: logger)
    ]
    if let broker {
      services += [broker, SessionNotes(sessions: broker.sessions, store: store, logger: logger)]
    }
    if let enrolment {
      services.append(enrolment.server)
      if let operators = enrolment.operators { services.append(operators) }
    }
    if let health { services.append(health.server) }
    services.append(link)
    // What is stored last is still to be published.
    if let tenants { services.append(TenantOutlet(tenants, from: store, over: link, board: board)) }
    services += [ingester, outlet, profiles]
    if let revocation { services.append(revocation) }
    if let hints = pace?.hints { services.append(hints) }
    if let desk { services.append(desk) }
    if let dashboard { services.append(dashboard.server) }
    var group = ServiceGroupConfiguration(
      services: services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
      gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    group.maximumGracefulShutdownDuration = .seconds(30)
    logger.info(
      "collecting",
      metadata: [
        "collector": "\(settings.name)", "state": "\(settings.state)", "broker": "\(address)",
        "run": "\(run)",
      ])
    dashboard?.announce(store, logger)
    try await ServiceGroup(configuration: group).run()
    withExtendedLifetime(lock) {}
  }

  /// Where it is tried whether the broker lets anybody in.
  private func door(at address: BrokerAddress, like configuration: MQTTConfiguration) -> BrokerDoor? {
    guard settings.pace?.measures ?? (broker != nil) else { return nil }
    var own = configuration
    if broker != nil, let enrolment { own.security = enrolment.doorSecurity }
    return BrokerDoor(of: address, clientID: settings.clientName + "-door", like: own)
  }

  /// A policy that nobody believes holds nobody back.
  private func warnOfStrangeKey() {
    guard let pace, !pace.isKnown(among: enrolment?.operators?.current() ?? []) else { return }
    logger.warning(
      """
      gateways will refuse the policies of returning: the key of 'restoration:' is not in the file that \
      'enrolment: {operator_keys: …}' names. Add what 'kadomori-collector command-key show --pace' prints.
      """)
  }

  private func warnOfOpenBroker(_ listen: ListenAddress) {
    guard !listen.isLoopback else { return }
    logger.warning(
      """
      the broker of our own on \(listen) has no TLS and asks nobody who they are: anybody who reaches it can \
      read and forge what gateways say. Keep it inside a lab; for anything else give 'enrolment:' or a broker \
      with TLS in the configuration file.
      """)
  }
}
