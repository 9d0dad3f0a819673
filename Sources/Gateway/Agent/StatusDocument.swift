package import Enrolling
package import FleetContract
package import Posture
package import PowerLoss
package import Stagger

/// What `kadomori status` tells, also from disk when no agent runs.
package struct StatusDocument: Hashable, Sendable, Codable {
  package enum Link: String, Hashable, Sendable, Codable {
    case notConfigured = "not_configured"
    case resolving, connecting, connected, waiting
    /// It waits for its slot: others come back at the same time.
    case holding
  }

  /// The session with the collector's broker.
  package struct Broker: Hashable, Sendable, Codable {
    package var state: Link
    package var address: String?
    /// Why the last attempt failed, and what to do.
    package var problem: String?
    package var retryInSeconds: Int64?
    /// Why it waits as long as it does; absent where it does not wait.
    package var waitsFor: Reconnection.Reason?

    private enum CodingKeys: String, CodingKey {
      case state, address, problem
      case retryInSeconds = "retry_in_s"
      case waitsFor = "waits_for"
    }
  }

  package struct LAN: Hashable, Sendable, Codable {
    package var interface: String
    package var scanning: Bool
    package var lastScan: WallTime?
    package var complete: Bool?
    package var devices: Int?
    package var findings: Int?
    package var worst: Severity?
    package var nextScanInSeconds: Int64?
    package var problem: String?

    private enum CodingKeys: String, CodingKey {
      case interface, scanning, complete, devices, findings, worst, problem
      case lastScan = "last_scan"
      case nextScanInSeconds = "next_scan_in_s"
    }
  }

  /// What the agent wrote to the disk, in whole blocks of 4 KiB.
  package struct Flash: Hashable, Sendable, Codable {
    package var writtenBytes: Int
    /// Since when, in seconds before now.
    package var seconds: Int64
    /// How much it may write in a day.
    package var limitPerDay = FlashBudget.day

    package init(writtenBytes: Int, seconds: Int64) {
      self.writtenBytes = writtenBytes
      self.seconds = seconds
    }

    private enum CodingKeys: String, CodingKey {
      case writtenBytes = "written_bytes"
      case seconds = "since_s"
      case limitPerDay = "limit_bytes_per_day"
    }
  }

  /// Why the agent started.
  package struct Start: Hashable, Sendable, Codable {
    package var cause: StartVerdict
    package var evidence: [StartFact]
    /// How long the machine had been up, as last noted before it was started again.
    package var lastUptimeSeconds: Int64?
    /// What the devices of the LANs did; absent where power was not lost.
    package var lan: LAN?

    /// How many of the devices that were there before came up together with the gateway.
    package struct LAN: Hashable, Sendable, Codable {
      package var verdict: LANStart.Verdict
      package var known: Int
      package var startedAnew: Int
      package var stayedUp: Int

      init(_ lan: LANStart) {
        verdict = lan.verdict
        known = lan.known
        startedAnew = lan.startedAnew
        stayedUp = lan.stayedUp
      }

      private enum CodingKeys: String, CodingKey {
        case verdict, known
        case startedAnew = "started_anew"
        case stayedUp = "stayed_up"
      }
    }

    private enum CodingKeys: String, CodingKey {
      case cause, evidence, lan
      case lastUptimeSeconds = "last_uptime_s"
    }
  }

  /// The fleet the gateway belongs to.
  package struct Enrolment: Hashable, Sendable, Codable {
    /// Where it enrolled.
    package var collector: String
    package var group: String?
    package var certificateExpires: WallTime?
    /// When the gateway will ask for a new certificate.
    package var renewal: WallTime?

    package init(_ membership: Membership, of gateway: GatewayID?) {
      collector = membership.collector.description
      group = membership.answer.group
      guard let validity = membership.validity else { return }
      certificateExpires = WallTime(milliseconds: validity.until * 1000)
      guard let gateway else { return }
      let plan = RenewalPlan(of: gateway, from: validity.from, until: validity.until)
      renewal = WallTime(milliseconds: plan.due * 1000)
    }

    private enum CodingKeys: String, CodingKey {
      case collector, group, renewal
      case certificateExpires = "certificate_expires"
    }
  }

  /// A command that came, and what became of it.
  package struct Command: Hashable, Sendable, Codable {
    package var id: String
    package var verb: CommandVerb
    package var state: CommandState
    package var reason: String?
    package var time: WallTime
  }

  package var v = "1.0"
  package var running: Bool
  package var gateway: String?
  package var version: String
  package var lans: [LAN]
  package var broker: Broker
  /// Absent where the gateway is not enrolled.
  package var enrolment: Enrolment?
  /// What the owner withdrew; absent where nothing.
  package var withdrawn: [ConsentLedger.Entry]?
  /// Absent where no agent runs.
  package var flash: Flash?
  /// Absent where no agent runs.
  package var start: Start?
  package var queued: Int
  package var grade: Grade
  /// What the reader should do next, most urgent first, each a sentence.
  package var next: [String]
  package var problems: [String]
  /// The MUD files that devices offer and that are not here.
  package var missingMUD: [String]?
  /// The latest commands, newest last; absent where none came.
  package var commands: [Command]?

  private enum CodingKeys: String, CodingKey {
    case v, running, gateway, version, lans, broker, queued, grade, next, problems, commands, enrolment,
      withdrawn, flash, start
    case missingMUD = "missing_mud"
  }
}
