import Dashboard
import Enrolment
import FleetContract
import FleetStore
import Ingest
import LinuxIO
import Logging
import Pacing
import PrivateBroker
import Restoration
import Revocation
import ServiceLifecycle

/// Writes what the rooms notice to the log, and to the audit what somebody tried.
struct NoticeLog: Service, CustomStringConvertible {
  let board: NoticeBoard
  let broker: PrivateBroker?
  let enrolment: EnrolmentOffice?
  let revocation: RevocationWatch?
  let pace: PaceDesk?
  let dashboard: DashboardServer?
  let store: FleetStore
  let logger: Logger

  var description: String { "NoticeLog" }

  /// Messages set aside are told of at most this often, so that a flood of them is no flood of lines.
  private static let quiet = Duration.seconds(10)

  func run() async throws {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.logIngest() }
      if let broker {
        group.addTask { await self.logBroker(broker) }
      }
      if let enrolment {
        group.addTask { await self.logEnrolment(enrolment.server) }
      }
      if let operators = enrolment?.operators {
        group.addTask { await self.logOperators(operators) }
      }
      if let revocation {
        group.addTask { await self.logRevocation(revocation) }
      }
      if let dashboard {
        group.addTask { await self.logDashboard(dashboard) }
      }
      if let pace {
        group.addTask { await self.logPace(pace) }
      }
    }
  }

  private func logDashboard(_ dashboard: DashboardServer) async {
    for await line in dashboard.notices.cancelOnGracefulShutdown() { logger.warning("\(line)") }
  }

  private func logIngest() async {
    var untold: [String: Int] = [:]
    var told: Duration?
    for await notice in board.notices.cancelOnGracefulShutdown() {
      log(notice)
      guard case .stored(_, let setAside) = notice else { continue }
      untold.merge(setAside, uniquingKeysWith: +)
      let now = Clocks.sinceBoot
      guard !untold.isEmpty, told.map({ now - $0 >= Self.quiet }) ?? true else { continue }
      let counts = untold.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      logger.warning("messages set aside: \(counts.joined(separator: ", ")); see 'set-aside'")
      untold = [:]
      told = now
    }
  }

  private func log(_ notice: IngestNotice) {
    switch notice {
    case .connecting(let peer): logger.debug("connecting to \(peer)")
    case .connected(let peer, let sessionPresent):
      logger.info("connected to \(peer)", metadata: ["session": sessionPresent ? "kept" : "new"])
    case .disconnected(let problem, let pause):
      logger.warning("not connected: \(problem)", metadata: ["retry": "in \(pause.milliseconds) ms"])
    case .storeFails(let error, let pause):
      logger.error(
        "nothing is stored or acknowledged: \(error)", metadata: ["retry": "in \(pause.milliseconds) ms"])
    case .storeWorks: logger.info("the store works again")
    case .commanded(let topic): logger.info("command handed to the broker: \(topic)")
    case .stored(let count, _): logger.debug("stored \(count)")
    }
  }

  private func logBroker(_ broker: PrivateBroker) async {
    for await notice in broker.notices.cancelOnGracefulShutdown() {
      switch notice {
      case .started(let process, let address):
        logger.info("mosquitto started on \(address)", metadata: ["process": "\(process)"])
      case .ended(let how, let words, let pause):
        logger.error(
          "mosquitto ended: \(how)",
          metadata: ["log": "\(words)", "restart": "in about \(pause.milliseconds) ms"])
      case .said(let line): log(line)
      }
    }
  }

  private func log(_ line: BrokerLine) {
    switch line {
    case .handshake(let words): logger.warning("the broker let somebody not in: \(words)")
    case .denied(let client, let topic): denied(client, topic)
    case .trouble(let words): logger.warning("mosquitto: \(words)")
    case .reloading: break
    }
  }

  /// A certificate's owner wrote where only somebody else may.
  private func denied(_ client: String, _ topic: String) {
    logger.warning("the broker refused a message of \(client) on \(topic); see 'audit'")
    try? store.note(
      AuditEntry(.denied, at: Clocks.wall, gateway: GatewayID(client), detail: "\(client) on \(topic)"))
  }

  private func logOperators(_ operators: OperatorKeysFile) async {
    for await problem in operators.notices.cancelOnGracefulShutdown() {
      if let problem {
        logger.warning("no operator's key can be read; who enrols or renews now obeys nobody: \(problem)")
      } else {
        logger.notice("the operators' keys can be read again")
      }
    }
  }

  private func logRevocation(_ revocation: RevocationWatch) async {
    for await notice in revocation.notices.cancelOnGracefulShutdown() {
      switch notice {
      case .putOut(let gateway): logger.notice("revoked, and off the broker: \(gateway)")
      case .listed(let gateway):
        logger.warning(
          "revoked: \(gateway). The lists have it; have the broker read them again (mosquitto: SIGHUP)")
      case .failed(let problem, let pause):
        logger.error(
          "a revocation is not in force yet: \(problem)", metadata: ["retry": "in \(pause.milliseconds) ms"])
      }
    }
  }

  private func logEnrolment(_ server: EnrolmentServer) async {
    logger.info("gateways enrol on \(server.address)")
    for await line in server.notices.cancelOnGracefulShutdown() { logger.notice("enrolment: \(line)") }
  }
}
