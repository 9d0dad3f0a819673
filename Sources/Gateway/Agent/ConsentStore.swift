import Enrolling
import FoundationEssentials
import LinuxIO
import Posture

/// The consents on disk.
package struct ConsentStore: Sendable {
  private static let fileLimit = 262_144

  private let path: String

  package init(_ paths: Paths) {
    path = paths.consents
  }

  /// Reads the ledger; an absent file is that of an owner who was never asked.
  ///
  /// Throws ``AgentError/Code/data`` for one that cannot be understood: a withdrawal must not be lost with it.
  package func read() throws(AgentError) -> ConsentLedger {
    guard Files.exists(path) else { return ConsentLedger() }
    do {
      return try JSONDecoder().decode(
        ConsentLedger.self, from: Data(try Files.read(path, limit: Self.fileLimit)))
    } catch let error as SystemError {
      throw AgentError(error.isPermission ? .permission : .state, "\(error)")
    } catch {
      throw AgentError(
        .data,
        "\(path) holds no record of consents: \(error); move it away, and withdraw again what is to stay off"
      )
    }
  }

  package func write(_ ledger: ConsentLedger) throws(AgentError) {
    let bytes = try JSON.encode(ledger, pretty: true) + [0x0a]
    do throws(SystemError) { try Files.replace(path, with: bytes, mode: 0o600) } catch {
      throw AgentError(error.isPermission ? .permission : .state, "\(error)")
    }
  }
}

extension ConsentLedger {
  /// What the configuration and the enrolment name.
  static func named(_ configuration: AgentConfiguration, _ membership: Membership?) -> [Named] {
    let lans = configuration.lans.map {
      Named(.scan, $0.interface, .configuration, by: configuration.file)
    }
    if let membership {
      return lans + [Named(.report, membership.collector.description, .enrolment, by: "kadomori enrol")]
    }
    return lans
      + (configuration.broker.map {
        [Named(.report, "\($0.host):\($0.port)", .configuration, by: configuration.file)]
      } ?? [])
  }
}
