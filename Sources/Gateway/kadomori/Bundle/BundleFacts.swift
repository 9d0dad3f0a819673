import Addresses
import Agent
import Checks
import Diagnosis
import Exposures
import Posture
import PowerLoss
import Stagger

/// What an archive for support may hold: every field is here, and what is not here is not in it.
///
/// A text is either one of a closed list of ours, or a name made up for the archive, or a time.
enum BundleFacts {
  struct Status: Encodable {
    struct Link: Encodable {
      var link: String
      var scanning: Bool
      var lastScan: WallTime?
      var complete: Bool?
      var devices: Int?
      var findings: Int?
      var worst: Severity?
      var nextScanSeconds: Int64?
      var hasProblem: Bool
    }

    struct Command: Encodable {
      var verb: String
      var state: String
      var time: WallTime
    }

    var running: Bool
    var version: String
    var grade: Grade
    var links: [Link]
    var session: StatusDocument.Link
    var retrySeconds: Int64?
    var waitsFor: Reconnection.Reason?
    var hasProblem: Bool
    var enrolled: Bool
    var group: String?
    var certificateExpires: WallTime?
    var renewal: WallTime?
    var queued: Int
    var flash: StatusDocument.Flash?
    var start: StatusDocument.Start?
    var commands: [Command]
    var problems: Int
  }

  struct Device: Encodable {
    struct Service: Encodable {
      var transport: Transport
      var port: UInt16
      var `protocol`: ServiceProtocol
      var tls: Bool
      var exposure: [Exposure]
      var needed: Need
    }

    var device: String
    var hosts: [String]
    var kind: DeviceKind
    /// Of the shipped profiles only: others' names are others' words.
    var profile: String?
    var confidence: Double
    var firstSeen: WallTime?
    var lastSeen: WallTime?
    var remarks: [Remark]
    var services: [Service]
  }

  struct Finding: Encodable {
    var check: String
    var severity: Severity
    var device: String
    var service: Port?
    var remedy: String?
    var since: WallTime?
    var decided: Decision.Kind?
  }

  struct Change: Encodable {
    var number: Int64
    var event: ClosingChange.Event
    var time: WallTime
    var boot: String
    var closing: String?
    var plan: String?
    var side: ClosingTarget.Side?
    var place: String?
    var port: Port?
    var reasons: [Reason]
    var checks: [ClosingCheck]
  }

  struct Configuration: Encodable {
    struct LAN: Encodable {
      var link: String
      var everySeconds: Int64?
      var excluded: Int
      var holdsAfterPowerLoss: Bool
    }

    var readable: Bool
    var lans: [LAN]
    var quietHours: [String]
    var packetsPerSecond: Int?
    var probesPerDevice: Int?
    var devicesAtOnce: Int?
    var namesBroker: Bool
    var brokerPort: UInt16?
    var hasFingerprints: Bool
    var hasMUD: Bool
    var refusedCommands: [String]
  }

  struct Consent: Encodable {
    var purpose: ConsentLedger.Purpose
    var scope: String
    var granted: Bool
    var way: ConsentLedger.Way
    var time: WallTime
    var clockSynced: Bool
  }

  struct Step: Encodable {
    var step: NetStep.Subject
    var outcome: NetStep.Outcome
    var cause: NetCause?
  }

  struct Machine: Encodable {
    var architecture: String
    /// The numbers of the kernel's version, without what distributions add.
    var kernel: String
    var uptimeSeconds: Int64
    var clockSynced: Bool
    var time: WallTime
  }

  struct Manifest: Encodable {
    struct File: Encodable {
      var name: String
      var bytes: Int
      var sha256: String
    }

    var v = "1.0"
    var agent: String
    var made: WallTime
    var files: [File]
    /// What could not be read.
    var missing: [String]
    /// What is never in such an archive.
    var leftOut = [
      "names of devices, hosts and networks", "hardware and network addresses",
      "texts that devices or their certificates say", "keys, certificates, tokens and passwords",
      "what was sent and received", "logs and environment", "comments and paths of the configuration",
      "names of people and what they wrote",
    ]
  }
}
