package import Casework
package import Correlate
package import FleetContract
import Foundation
package import Posture

/// A part of a list, and where the next begins.
package struct Page<Item: Sendable, Cursor: Sendable>: Sendable {
  package var items: [Item]
  /// What to hand in for the next page; `nil` at the end.
  package var next: Cursor?
}

/// Which gateways a list has; everything absent asks for all.
package struct FleetFilter: Hashable, Sendable {
  /// Of these groups alone; empty for none at all.
  package var groups: [String]?
  /// online, offline, lost, revoked or unknown.
  package var state: String?
  package var grade: Grade?

  package init(groups: [String]? = nil, state: String? = nil, grade: Grade? = nil) {
    self.groups = groups
    self.state = state
    self.grade = grade
  }
}

/// Which findings a list has; everything absent asks for all that wait for somebody.
package struct FindingFilter: Hashable, Sendable {
  package var gateway: GatewayID?
  /// Of these groups alone; empty for none at all.
  package var groups: [String]?
  package var stage: FindingCase.Stage?
  package var severity: Severity?
  /// Of the device.
  package var kind: DeviceKind?
  package var check: String?
  /// Whether closed ones, and those that were accepted or muted, are among them.
  package var all: Bool

  package init(
    gateway: GatewayID? = nil, groups: [String]? = nil, stage: FindingCase.Stage? = nil,
    severity: Severity? = nil, kind: DeviceKind? = nil, check: String? = nil, all: Bool = false
  ) {
    self.gateway = gateway
    self.groups = groups
    self.stage = stage
    self.severity = severity
    self.kind = kind
    self.check = check
    self.all = all
  }

  /// The words of the stages that are asked for.
  ///
  /// One that was asked for by name is listed whatever was decided.
  var stages: [String] {
    if let stage { return [stage.rawValue] }
    let open = FindingCase.Stage.allCases.filter { $0 != .closed }.map(\.rawValue)
    return all ? open + [FindingCase.Stage.closed.rawValue, Standing.noStage] : open
  }

  /// Whether decisions hide findings.
  var hidesDecided: Bool { !all && stage == nil }

  var ranks: [Int] {
    FindingRank.all.filter { rank in severity.map { FindingRank.severity(of: rank) == $0 } ?? true }
  }
}

/// The place of a finding in the order of lists: facilities first, then the worst, then what has waited longest.
package struct FindingCursor: Hashable, Sendable, Comparable {
  var rank: Int
  var detected: Int64
  var gateway: String
  var id: String

  package static func < (left: Self, right: Self) -> Bool {
    (left.rank, left.detected, left.gateway, left.id) < (right.rank, right.detected, right.gateway, right.id)
  }

  init(rank: Int, detected: Int64, gateway: String, id: String) {
    self.rank = rank
    self.detected = detected
    self.gateway = gateway
    self.id = id
  }

  /// Reads what ``text`` wrote; `nil` for anything else.
  package init?(_ text: String) {
    let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    let plain = text.replacing("-", with: "+").replacing("_", with: "/") + padding
    guard text.utf8.count <= 2048, let data = Data(base64Encoded: plain) else { return nil }
    let parts = String(decoding: data, as: UTF8.self).split(
      separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, let rank = Int(parts[0]), FindingRank.all.contains(rank),
      let detected = Int64(parts[1])
    else { return nil }
    self.init(rank: rank, detected: detected, gateway: String(parts[2]), id: String(parts[3]))
  }

  /// Letters, digits, '-' and '_' alone, for options and addresses of pages.
  package var text: String {
    Data("\(rank) \(detected) \(gateway) \(id)".utf8).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}

/// A gateway that was searched, and why it was found.
package struct GatewayHit: Sendable, Encodable {
  package enum Reason: String, Sendable, Encodable {
    case gateway, address, device
    case name = "device_name"
  }

  package var overview: GatewayOverview
  package var reason: Reason
  /// What was found: an address, a device, its name.
  package var match: String
}

/// Everything a page of one gateway shows.
package struct GatewayPage: Sendable {
  package var detail: GatewayDetail
  /// What waits for somebody, the most urgent first; at most 200.
  package var findings: [FindingRecord]
  package var services: [JoinedService]
  /// The newest records, the newest first.
  package var events: [StoredEvent]
  package var closings: [ClosingLook]
}

/// The fleet in numbers.
package struct FleetCounts: Sendable {
  /// By the word of their state.
  package var gateways: [String: Int] = [:]
  package var grades: [Grade: Int] = [:]
  /// All that are known, by stage.
  package var stages: [FindingCase.Stage: Int] = [:]
  /// Those that are open and neither accepted nor muted.
  package var severities: [Severity: Int] = [:]
  /// Those that are open and were accepted or muted.
  package var decided = 0
  package var timeToClose = TimeToClose([], now: WallTime(milliseconds: 0))
}
