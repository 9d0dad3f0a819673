package import Addresses
import Cryptography
import Enrolling
import FleetContract
import LinuxIO
import MUD
import Outbox
import Posture
import Settings

extension StatusDocument {
  /// What is known without a running agent.
  package static func fromDisk(paths: Paths, configuration path: String) -> StatusDocument {
    let store = PostureStore(paths)
    let reports = Dictionary(
      store.interfaces.compactMap { name in store.graded(name).map { (name, $0) } }
    ) { first, _ in first }
    var configuration: AgentConfiguration?
    var problems: [String] = []
    do throws(SettingsError) { configuration = try AgentConfiguration.read(path) } catch {
      problems.append("\(error)")
    }
    var document = StatusDocument(
      configuration: configuration, gateway: AgentIdentity.existing(in: paths.state)?.gateway,
      reports: reports,
      mud: MUDLibrary.load(MUDLibrary.folders(paths, configured: configuration?.mud)).library,
      isRunning: false)
    do throws(AgentError) {
      let withdrawals = try ConsentStore(paths).read().withdrawals
      document.withdrawn = withdrawals.isEmpty ? nil : withdrawals
      if let membership = try Agent.Enrolment.current(paths) {
        document.enrolment = Enrolment(membership, of: document.gateway.flatMap { GatewayID($0) })
        let broker = membership.answer.broker
        document.broker = Broker(state: .notConfigured, address: "\(broker.host):\(broker.port)")
      }
    } catch {
      problems.append("\(error)")
    }
    document.problems = problems
    document.queued = (try? OutboxLog(path: paths.outbox))?.outbox.records.count ?? 0
    let commands = CommandReceiver.latest(paths)
    document.commands = commands.isEmpty ? nil : commands
    document.advise()
    return document
  }
}

extension AgentIdentity {
  /// The id of a device where the agent's secret is not at hand: it agrees from scan to scan on one
  /// machine, and not with the agent's.
  package static func temporaryDeviceID(_ mac: MACAddress) -> String {
    let machine = (try? Files.read("/etc/machine-id", limit: 64)) ?? []
    return deviceID(
      mac, secret: Digest.sha256(Array("kadomori device ids without an agent\n".utf8) + machine))
  }
}
